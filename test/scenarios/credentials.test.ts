import { generateKeyPairSync } from 'node:crypto'
import { expect } from 'vitest'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { eventually } from '../harness/run-verbs.ts'
import { type Story, scenario } from '../harness/story.ts'
import { trouble } from '../world/github/faults.ts'

/* Credentials that are refused, and what the service says about them. */

interface Readiness {
  readonly systems: Readonly<Record<string, string>>
  readonly details: Readonly<
    Record<
      string,
      {
        readonly since: string | null
        readonly lastAnswerAt: string | null
        readonly refusals: readonly Readonly<Record<string, unknown>>[]
        readonly missingPermissions: readonly string[]
      }
    >
  >
}
const readReadiness = async ({ get }: Story): Promise<Readiness> =>
  (await get('/readyz')) as unknown as Readiness

const waitForState = (story: Story, system: string, state: RegExp) =>
  eventually(`${system} is ${state}`, async () => {
    const ready = await readReadiness(story)
    return state.test(ready.systems[system] ?? '') ? ready : undefined
  })

const listEvents = ({ log }: Story, event: string, system: string) =>
  log.filter((line) => line.event === event && line.system === system)

scenario(
  'a system is untested until it has answered, and then the time of its answer is shown',
  async (story) => {
    const { agent, github, run } = story
    const before = await waitForState(story, 'github', /^on$/)
    expect(before.systems).toMatchObject({
      githubWebhooks: 'untested',
      artifacts: 'untested',
      dispatcher: 'untested',
      discord: 'untested',
      models: 'untested',
      argo: 'off: ARGO_SERVER_URL is not set',
    })
    expect(before.details.models).toMatchObject({ lastAnswerAt: null, since: null })
    await agent.finishes({ issue: 401 }, ({ pull }) => passChecksAndReview(github, pull))
    await run(401).ends('completed', 'accepted')
    await run(401).settles()
    const after = await readReadiness(story)
    for (const system of ['github', 'githubWebhooks', 'artifacts', 'discord', 'models']) {
      expect([system, after.systems[system]]).toEqual([system, 'on'])
      expect(after.details[system]?.lastAnswerAt).toMatch(/^\d{4}-\d\d-\d\dT/)
    }
    expect(after.systems.dispatcher).toBe('untested')
  },
)

scenario(
  'a token that GitHub refuses is reported once, is shown, and counts as on when it is valid again',
  async (story) => {
    const { agent, github, run, get } = story
    await waitForState(story, 'github', /^on$/)
    github.credentials.revoke('github-token')
    for (const issue of [402, 403, 404])
      await agent.finishes({ issue }, ({ pull }) => passChecksAndReview(github, pull))
    const refused = await waitForState(story, 'github', /^refused/)
    expect(refused.systems.github).toMatch(
      /^refused: 401: Bad credentials; set a valid GITHUB_TOKEN/,
    )
    expect(refused.details.github?.refusals).toMatchObject([
      { scope: null, because: '401: Bad credentials' },
    ])
    const requests = /^codex_judge_github_requests_total\{api="\w+",outcome="refused"\} (\d+)$/gm
    const countRefused = async () =>
      [...String((await get('/metrics')).text).matchAll(requests)].reduce(
        (sum, [, count]) => sum + Number(count),
        0,
      )
    await eventually('every run was refused', async () => (await countRefused()) >= 3)
    expect(listEvents(story, 'system_refused', 'github')).toMatchObject([
      { level: 40, because: '401: Bad credentials', msg: expect.stringContaining('GITHUB_TOKEN') },
    ])
    github.credentials.restore('github-token')
    await agent.finishes({ issue: 405 }, ({ pull }) => passChecksAndReview(github, pull))
    await run(405).ends('completed', 'accepted')
    expect((await readReadiness(story)).systems.github).toBe('on')
    expect(listEvents(story, 'system_accepted', 'github')).toHaveLength(1)
    github.credentials.revoke('github-token')
    await agent.finishes({ issue: 406 }, ({ pull }) => passChecksAndReview(github, pull))
    await waitForState(story, 'github', /^refused/)
    expect(listEvents(story, 'system_refused', 'github')).toHaveLength(2)
  },
  { logLevel: 'info' },
)

scenario(
  'a part of a query that GitHub forbids is a refusal of its owner, in the answer to a query, too',
  async (story) => {
    const { agent, github, run, get } = story
    github.fieldFaults.set('Commit.statusCheckRollup', {
      type: 'FORBIDDEN',
      message: 'Resource not accessible by personal access token',
    })
    await agent.finishes({ issue: 407 }, ({ pull }) => passChecksAndReview(github, pull))
    const refused = await waitForState(story, 'github', /^refused/)
    expect(refused.systems.github).toMatch(
      /^refused: acme: Resource not accessible by personal access token; give GITHUB_TOKEN/,
    )
    expect(String((await get('/metrics')).text)).toMatch(
      /^codex_judge_github_requests_total\{api="graphql",outcome="refused"\} [1-9]/m,
    )
    github.fieldFaults.clear()
    await agent.finishes({ issue: 408 }, ({ pull }) => passChecksAndReview(github, pull))
    await run(408).ends('completed', 'accepted')
    expect((await readReadiness(story)).systems.github).toBe('on')
    expect(listEvents(story, 'system_refused', 'github')).toMatchObject([{ scope: 'acme' }])
  },
  { logLevel: 'info' },
)

scenario(
  'a status that may not be written is said, and the readings that work do not hide it',
  async (story) => {
    const { agent, github, run } = story
    github.faults.next(
      '/statuses/',
      trouble.status(403, 'Resource not accessible by integration', {
        'x-accepted-github-permissions': 'statuses=write',
      }),
      100,
    )
    await agent.finishes({ issue: 409 }, ({ pull }) => passChecksAndReview(github, pull))
    await run(409).ends('completed', 'accepted')
    await run(409).settles()
    expect((await readReadiness(story)).systems.github).toBe(
      'refused: acme: 403: Resource not accessible by integration; ' +
        'give GITHUB_TOKEN the permission statuses=write for acme',
    )
    expect(listEvents(story, 'system_refused', 'github')).toHaveLength(1)
  },
  { logLevel: 'info' },
)

const keys = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})
const appEnv = { GITHUB_TOKEN: '', GITHUB_APP_ID: '77', GITHUB_APP_PRIVATE_KEY: keys.privateKey }
const appWorld = (
  permissions?: Readonly<Record<string, string>>,
  owners: readonly string[] = ['acme'],
) => ({
  github: {
    tokens: [],
    app: {
      id: '77',
      publicKey: keys.publicKey,
      owners,
      ...(permissions ? { permissions } : {}),
    },
  },
})

scenario(
  'an App that is removed and installed again is used at once, and nothing is refused',
  async (story) => {
    const { agent, github, run } = story
    await agent.finishes({ issue: 410 }, ({ pull }) => passChecksAndReview(github, pull))
    await run(410).ends('completed', 'accepted')
    github.credentials.uninstall('acme')
    github.credentials.install('acme')
    await agent.finishes({ issue: 411 }, ({ pull }) => passChecksAndReview(github, pull))
    await run(411).ends('completed', 'accepted')
    await run(411).settles()
    expect(listEvents(story, 'system_refused', 'github')).toEqual([])
    expect((await readReadiness(story)).systems.github).toBe('on')
  },
  { env: appEnv, world: appWorld(), logLevel: 'info' },
)

scenario(
  'an App that was removed is refused until it is installed again',
  async (story) => {
    const { agent, github, run } = story
    await waitForState(story, 'github', /^on$/)
    github.credentials.uninstall('acme')
    await agent.finishes({ issue: 412 }, ({ pull }) => passChecksAndReview(github, pull))
    const { systems } = await waitForState(story, 'github', /^refused/)
    expect(systems.github).toMatch(/^refused: acme: .*not installed.*; install the App for acme$/)
    github.credentials.install('acme')
    await agent.finishes({ issue: 413 }, ({ pull }) => passChecksAndReview(github, pull))
    await run(413).ends('completed', 'accepted')
    expect((await readReadiness(story)).systems.github).toBe('on')
    expect(listEvents(story, 'system_refused', 'github')).toHaveLength(1)
  },
  { env: appEnv, world: appWorld(), logLevel: 'info' },
)

scenario(
  'an App follows a repository to an owner that has installed it, too',
  async (story) => {
    const { agent, github, run } = story
    const { pull } = await agent.finishes({ issue: 417 }, (done) =>
      github.checks(done.pull).start('unit'),
    )
    await run(417).waitsIn('waiting_for_ci')
    const repository = 'umbrella/widgets'
    github.transfer('acme/widgets', repository)
    passChecksAndReview(github, { repository, number: pull.number })
    await run(417).ends('completed', 'accepted')
    await run(417).settles()
    const statuses = github.checks({ repository, number: pull.number }).statuses()
    expect(statuses.at(-1)).toMatchObject({ context: 'codex-judge', state: 'success' })
    expect(listEvents(story, 'system_refused', 'github')).toEqual([])
  },
  { env: appEnv, world: appWorld(undefined, ['acme', 'umbrella']), logLevel: 'info' },
)

scenario(
  'permissions that an App lacks are said at the start and at /readyz',
  async (story) => {
    const expected = [
      'acme: grant actions: read, to read logs of failed jobs',
      'acme: grant statuses: write, to write its commit status',
      'acme: grant actions: write, for ci.rerun_failed_once; without it, a failure counts without a re-run',
    ]
    const said = await eventually('the missing permissions', () =>
      story.log.find(({ event }) => event === 'github_permissions'),
    )
    expect(said).toMatchObject({ level: 40, missing: expected })
    const { details } = await readReadiness(story)
    expect(details.github?.missingPermissions).toEqual(expected)
  },
  {
    env: appEnv,
    world: appWorld({
      metadata: 'read',
      contents: 'read',
      checks: 'write',
      pull_requests: 'write',
      issues: 'write',
    }),
    logLevel: 'info',
  },
)

scenario(
  'what a model, the dispatcher and Discord refuse is shown with what to set',
  async (story) => {
    const { agent, github, run } = story
    await agent.finishes({ issue: 414 }, ({ pull }) => {
      github.codexReviews(pull, [])
      github.checks(pull).fail('unit')
    })
    await agent.finishes({ issue: 415 }, ({ pull }) => passChecksAndReview(github, pull))
    await agent.finishes({ issue: 416 }, ({ pull }) => github.conflict(pull))
    await run(416).ends('needs_human', 'merge_conflict')
    for (const [system, expected] of [
      ['models', /^refused: openai\/\S+: answered 401.*; set a valid OPENAI_API_KEY$/],
      ['dispatcher', /^refused: answered 401.*; set DISPATCHER_TOKEN/],
      ['discord', /^refused: channel 2002: answered 401.*; set a valid DISCORD_BOT_TOKEN/],
    ] as const)
      await waitForState(story, system, expected)
    expect(listEvents(story, 'system_refused', 'models')).toHaveLength(1)
    // Neither is there a warning for each question, task and message that was refused.
    expect(
      story.log.filter(
        ({ event, failure }) => event === 'effect_failed' && failure === 'forbidden',
      ),
    ).not.toContainEqual(expect.objectContaining({ level: 40 }))
  },
  {
    env: {
      OPENAI_API_KEY: 'another key',
      DISPATCHER_TOKEN: 'another token',
      DISCORD_BOT_TOKEN: 'another token',
    },
    policy: { ci: { rerun_failed_once: false }, attempts: { backoff: ['1s'] } },
    logLevel: 'info',
  },
)
