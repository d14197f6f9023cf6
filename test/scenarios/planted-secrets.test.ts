import pg from 'pg'
import { expect } from 'vitest'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { createSeededRandom } from '../harness/seeded-random.ts'
import { type Story, scenario } from '../harness/story.ts'

/*
 * A dummy token, each another one, in every text of every input, and a search for all of them in
 * everything that leaves the service. Tokens are put together here, so that no scanner finds one.
 */

const random = createSeededRandom(12)
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const draw = (length: number): string =>
  Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('')

const formats: readonly (() => string)[] = [
  () => `ghp${'_'}${draw(36)}`,
  () => `glpat${'-'}${draw(20)}`,
  () => `xox${'b'}-${String(random()).slice(2, 14)}-${draw(24)}`,
  () => `sk${'_'}live_${draw(24)}`,
  () => `npm${'_'}${draw(36)}`,
  () => `AIza${draw(35)}`,
  () => `do${'p'}_v1_${Buffer.from(draw(32)).toString('hex')}`,
  () => `hvs${'.'}${draw(95)}`,
]

/** What was planted, with its place. */
const planted = new Map<string, string>()

function createToken(place: string): string {
  const token = (formats[planted.size % formats.length] ?? draw)(36)
  planted.set(token, place)
  return token
}

/** What the service joins messages by, or parses; everything else is only shown. */
const structure =
  /^(?:apiVersion|kind|name|namespace|uid|id|type|phase|.*Timestamp|.*At|issued_at|bucket|key|codex\.(?:repository|issue_number|head|base|stage)|workflows\.argoproj\.io.*|repository|issue_number|workflow_name|workflow_namespace|base_branch|head_branch|exitCode|delivery_id|displayName|stage)$/

/** The value with a token behind every string, and in the name of a field of every object. */
function plant(value: unknown, place: string): unknown {
  if (typeof value === 'string') return `${value} ${createToken(place)}`
  if (Array.isArray(value)) return value.map((part, at) => plantParameter(part, `${place}[${at}]`))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries([
    ...Object.entries(value).map(([key, part]) => [
      key,
      structure.test(key) && typeof part !== 'object' ? part : plant(part, `${place}.${key}`),
    ]),
    [createToken(`${place}: the name of a field`), 1],
  ])
}

/** The event body is JSON in base64. */
function plantParameter(part: unknown, place: string): unknown {
  if (typeof part === 'object' && part !== null && 'name' in part && part.name === 'eventBody') {
    const text = 'value' in part ? String(part.value) : ''
    const body = plant(JSON.parse(Buffer.from(text, 'base64').toString()), `${place}.eventBody`)
    return { ...part, value: Buffer.from(JSON.stringify(body)).toString('base64') }
  }
  return plant(part, place)
}

const findPlanted = (text: string): readonly string[] =>
  [...planted].filter(([token]) => text.includes(token)).map(([, place]) => place)

/** Numbers of 64 bits are no JSON. */
const showWide = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? String(value) : value

/** Every GET route of the API's own document, with the values that fit its parameters. */
async function readEverything(
  { get, serviceUrl }: Story,
  ids: { readonly runs: readonly string[]; readonly verdict: string },
): Promise<ReadonlyMap<string, string>> {
  const { paths } = (await get('/api/openapi.json')) as {
    paths: Readonly<Record<string, { get?: { parameters?: { name: string; in: string }[] } }>>
  }
  const values: Readonly<Record<string, readonly string[]>> = {
    id: ids.runs,
    owner: ['acme'],
    repo: ['widgets'],
    number: ['1001', '1002', '1003'],
  }
  const query = new URLSearchParams({ repository: 'acme/widgets', query: 'three' })
  const answers = new Map<string, string>()
  for (const [path, { get: route }] of Object.entries(paths)) {
    if (route === undefined || path.endsWith('/events')) continue
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
    const filled = names.reduce<readonly string[]>(
      (urls, name) =>
        urls.flatMap((url) => (values[name] ?? []).map((one) => url.replace(`{${name}}`, one))),
      [path],
    )
    for (const url of filled) {
      for (const more of ['', '&issueNumber=901', '&issueNumber=902']) {
        const response = await fetch(`${serviceUrl()}${url}?${query}${more}`)
        answers.set(`${url}${more}`, await response.text())
      }
    }
  }
  for (const path of ['/api/codex/events', ...ids.runs.map((id) => `/api/codex/runs/${id}/events`)])
    answers.set(path, await readStream(`${serviceUrl()}${path}`, 'event: run'))
  for (const id of ids.runs)
    answers.set(
      `/api/agents/events of ${id}`,
      await readStream(`${serviceUrl()}/api/agents/events?runId=${id}`, 'event: message'),
    )
  return answers
}

/** The history of a stream up to its first event of a kind, and what has come with it. */
async function readStream(url: string, until: string): Promise<string> {
  const stop = new AbortController()
  const response = await fetch(url, {
    headers: { 'last-event-id': '0', accept: 'text/event-stream' },
    signal: stop.signal,
  })
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString()
    if (text.includes(until) && text.endsWith('\n\n')) break
  }
  stop.abort()
  return text
}

/** The texts of every table but the inbox, which keeps the bytes of each message for a replay. */
async function dumpTables(databaseUrl: string): Promise<ReadonlyMap<string, string>> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ name: string }>(
      "select table_name as name from information_schema.tables where table_schema = 'public'",
    )
    const texts = new Map<string, string>()
    for (const { name } of rows.filter((table) => table.name !== 'inbox')) {
      const table = await client.query<{ text: string }>(`select t::text from "${name}" as t`)
      const text = table.rows.map((row) => row.text).join('\n')
      const bytes = [...text.matchAll(/\\\\?x([0-9a-f]{40,})/g)].map(([, hex = '']) =>
        Buffer.from(hex, 'hex').toString('latin1'),
      )
      texts.set(name, [text, ...bytes].join('\n'))
    }
    return texts
  } finally {
    await client.end()
  }
}

scenario(
  'no secret leaves the service, in whichever text of whichever input it stands',
  async (story) => {
    const { agent, github, post, act, run, model, dispatcher, discord } = story
    const work = (issue: number, branch: string) => ({
      issue,
      branch,
      title: `Retries ${createToken('issue title')}`,
      body: `Text ${createToken('issue body')}\n\n## Acceptance criteria\n\n- three attempts\n`,
      prompt: `Do it ${createToken('task prompt')}`,
      output: {
        log: `log ${createToken('log')}\n`,
        agentLog: `log ${createToken('agent log')}\n`,
        runtimeLog: `log ${createToken('runtime log')}\n`,
        status: ` M a ${createToken('status')}\n`,
        lastMessage: `Done ${createToken('last message')}`,
        commands: [{ command: `curl ${createToken('command')}`, exitCode: 1 }],
        prompt: `Do it ${createToken('manifest prompt')}`,
      },
    })
    const report = async (workflow: unknown, issue: number): Promise<void> => {
      const sent = plant(workflow, `completion of ${issue}`)
      const header = createToken('header')
      const answer = await post('/api/codex/run-complete', sent, {
        'x-planted': header,
        cookie: header,
      })
      expect(answer.status).toBe(202)
    }

    const good = await agent.works(work(901, 'codex/issue-901'))
    passChecksAndReview(github, good.pull)
    github.comment(good.pull, 'grace', `I like ${createToken('comment')}`)
    await report(good.workflow, 901)
    await run(901).ends('completed', 'accepted')
    await run(901).settles()

    const bad = await agent.works(work(902, `codex/${createToken('identity: branch')}`))
    github.checks(bad.pull).fail(`unit ${createToken('identity: name of a check')}`, {
      title: `failed ${createToken('title of a check')}`,
      summary: `because of ${createToken('summary of a check')}`,
    })
    github.codexReviews(bad.pull, [
      {
        path: 'src/widget.ts',
        line: 1,
        title: 'A finding',
        body: `P1 ${createToken('finding of the review')}`,
      },
    ])
    const notify = {
      type: 'agent-turn-complete',
      repository: 'acme/widgets',
      issue_number: '902',
      workflow_name: bad.workflow.metadata.name,
      workflow_namespace: bad.workflow.metadata.namespace,
      session_id: 'session',
      prompt: 'prompt',
      input_messages: ['one', 'two'],
      last_assistant_message: 'message',
      log_excerpt: { output: 'o', events: 'e', agent: 'a', runtime: 'r', status: 's' },
      output_paths: { log: 'path' },
      pr_url: 'https://github.com/acme/widgets/pull/1',
      judge_output: 'verdict',
      issued_at: new Date().toISOString(),
    }
    expect((await post('/api/codex/notify', plant(notify, 'notify'))).status).toBe(202)
    await report(bad.workflow, 902)
    await run(902).ends('needs_iteration', 'ci_failed')
    await run(902).settles()
    const { id } = await run(902).now()
    const acted = await act(id, 'override', {
      outcome: 'needs_human',
      reason: `because ${createToken('reason of an action')}`,
    })
    expect(acted.status).toBe(202)

    const memory = {
      content: 'three',
      summary: 'summary',
      namespace: 'namespace',
      tags: ['tag'],
      metadata: { deep: { list: ['a'] } },
    }
    expect((await post('/api/memories', plant(memory, 'memory'))).status).toBeLessThan(300)
    const { escalations } = (await story.get('/api/codex/escalations')) as {
      escalations: readonly { id: string; options: readonly { id: string }[] }[]
    }
    for (const asked of escalations)
      await post(`/api/codex/escalations/${asked.id}/answer`, {
        option: 'close',
        note: `note ${createToken('note of an answer')}`,
      })
    const paused = { repository: 'acme/other', reason: `why ${createToken('reason of a pause')}` }
    expect((await post('/api/codex/pause', paused)).status).toBe(200)
    const malformed = `{"not": "json" ${createToken('malformed message')}`
    expect((await post('/api/codex/run-complete', malformed)).status).toBe(400)

    const echoed = await Promise.all(
      [
        `/api/${createToken('path')}`,
        `/api/codex/runs?repository=${createToken('query')}&issueNumber=x`,
        `/api/codex/runs/list?q=${createToken('search')}&status=${createToken('status filter')}`,
      ].map(async (path) => JSON.stringify(await story.get(path))),
    )
    const runs = await Promise.all([901, 902].map(async (issue) => (await run(issue).now()).id))
    const answers = await readEverything(story, { runs, verdict: '' })
    expect(answers.size).toBeGreaterThan(40)

    const { statuses, issues } = github.state('acme/widgets')
    const own = [...issues.values()].flatMap(({ comments }) =>
      comments.filter(({ author }) => author !== 'grace'),
    )
    const left: readonly (readonly [string, string])[] = [
      ...answers,
      ['problems', echoed.join('\n')],
      ['prompts of the model', JSON.stringify(model.requests)],
      ['tasks of the dispatcher', JSON.stringify(dispatcher.log, showWide)],
      ['messages of Discord', JSON.stringify(discord.messages)],
      ['statuses and comments on GitHub', JSON.stringify([statuses, own])],
      ['log', JSON.stringify(story.log)],
    ]
    expect(planted.size).toBeGreaterThan(60)
    expect(model.requests.length).toBeGreaterThan(0)
    const leaks = left.flatMap(([where, text]) =>
      findPlanted(text).map((place) => `${where}: ${place}`),
    )
    expect(leaks).toEqual([])

    const tables = await dumpTables(story.databaseUrl)
    const stored = [...tables].flatMap(([table, text]) =>
      findPlanted(text)
        .filter((place) => !place.startsWith('identity'))
        .map((place) => `${table}: ${place}`),
    )
    expect(stored).toEqual([])
  },
  { logLevel: 'debug', policy: { ci: { rerun_failed_once: false } } },
)
