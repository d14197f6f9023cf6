import pg from 'pg'
import { expect } from 'vitest'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import type { RunView } from '../harness/run-verbs.ts'
import { type Story, scenario } from '../harness/story.ts'

/* A secret that a change adds is found, and shown nowhere. The values are put together here. */

const token = `ghp_${'aB3dE6gH9jK2mN5pQ8rS'}${'tU1vW4xY7zA0bC3d'}`
const other = `ghp_${'zY9xW8vU7tS6rQ5pO4nM'}${'3lK2jI1hG0fE9dC8'}`
const feature = 'export const retries = 3\n'
const at = (line: number, value: string): string =>
  `${'// a line\n'.repeat(line - 1)}export const token = '${value}'\n`

const getQuestion = async ({ get }: Story, run: RunView) => {
  const { escalations } = (await get('/api/codex/escalations')) as {
    escalations: { id: string; runId: string; options: { id: string }[] }[]
  }
  const found = escalations.find(({ runId }) => runId === run.id)
  if (!found) throw new Error('no question was asked')
  return found
}

/** The tables of the database that hold the value as text or as bytes. */
async function listTablesWith(databaseUrl: string, value: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ name: string }>(
      "select table_name as name from information_schema.tables where table_schema = 'public'",
    )
    const hex = Buffer.from(value).toString('hex')
    const found: string[] = []
    for (const { name } of rows) {
      const { rowCount } = await client.query(
        `select from "${name}" as t where t::text like $1 or t::text like $2 limit 1`,
        [`%${value}%`, `%${hex}%`],
      )
      if (rowCount !== 0) found.push(name)
    }
    return found
  } finally {
    await client.end()
  }
}

scenario(
  'a secret is refused, its value is shown nowhere, and what a person accepts is accepted later',
  async (story) => {
    const { agent, github, run, get, post, discord, model, dispatcher } = story
    const files = { 'src/widget.ts': feature, 'src/config.ts': at(4, token) }
    const { pull } = await agent.finishes({ issue: 1, files }, (done) =>
      passChecksAndReview(github, done.pull),
    )
    const asked = await run(1).ends('needs_human', 'secret_found')
    await run(1).settles()
    expect(asked.reasonText).toContain('a secret (github) at src/config.ts:4')
    const { gates } = await run(1).detail()
    expect(gates.find(({ name }) => name === 'secrets')).toMatchObject({
      result: 'refuse',
      evidence: [{ path: 'src/config.ts', line: 4, text: expect.stringContaining('revoke it') }],
    })
    expect(model.requests).toEqual([])
    const question = await getQuestion(story, asked)
    expect(question.options.map(({ id }) => id)).toEqual(['rerun', 'resume', 'accept', 'close'])

    await post(`/api/codex/escalations/${question.id}/answer`, { option: 'accept' })
    await run(1).comesTo('completed', ({ status }) => status === 'completed')
    await run(1).settles()

    // Another attempt: the same value on another line is accepted; the model is asked.
    await agent.finishes({ issue: 1, files: { 'src/config.ts': at(9, token) } }, () =>
      passChecksAndReview(github, pull),
    )
    await run(1).attempt(2)
    await run(1).ends('completed', 'accepted')
    await run(1).settles()
    const passed = (await run(1).detail()).gates.find(({ name }) => name === 'secrets')
    expect(passed?.evidence[0]?.text).toMatch(/accepted by .+ at \d{4}-/)

    // Another value is not.
    await agent.finishes({ issue: 1, files: { 'src/config.ts': at(9, other) } }, () =>
      passChecksAndReview(github, pull),
    )
    await run(1).attempt(3)
    const refused = await run(1).ends('needs_human', 'secret_found')
    await run(1).settles()
    await post(`/api/codex/runs/${refused.id}/actions/rerun`, { prompt: 'Try again.' })

    const ids = (await run(1).all()).map(({ id }) => id)
    const details = await Promise.all(
      ids
        .flatMap((id) => ['', '/waiting', '/prompt', '/receipt'].map((part) => `${id}${part}`))
        .map((path) => get(`/api/codex/runs/${path}`)),
    )
    const shown: Readonly<Record<string, unknown>> = {
      details,
      escalations: await get('/api/codex/escalations'),
      runs: await get('/api/codex/runs/recent'),
      memories: await get('/api/memories?namespace=codex:acme/widgets:1&query=token&limit=50'),
      discord: discord.messages,
      model: model.requests,
      statuses: github.state('acme/widgets').statuses,
      prompts: dispatcher.started().map(({ task }) => task.prompt),
      log: story.log,
      metrics: await (await fetch(`${story.serviceUrl()}/metrics`)).text(),
    }
    const listWith = (value: string) =>
      Object.keys(shown).filter((name) => JSON.stringify(shown[name]).includes(value))
    for (const value of [token, other]) {
      expect(listWith(value)).toEqual([])
      expect(await listTablesWith(story.databaseUrl, value)).toEqual([])
    }
    expect(listWith('src/config.ts')).toContain('details')
  },
  { logLevel: 'debug', policy: { attempts: { max: 9 } } },
)
