import { afterAll, expect } from 'vitest'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { eventually } from '../harness/run-verbs.ts'
import { type Story, scenarioGroup, scenario as standalone } from '../harness/story.ts'
import { answerRateLimited } from '../world/discord.ts'
import { trouble } from '../world/github/faults.ts'
import { answerJson, hangUp, serve } from '../world/serve.ts'
import { channels } from '../world/world.ts'

const listMessages = ({ discord }: Story, issue: number) =>
  discord.messages.filter(({ content }) => content.split('\n')[0]?.includes(`#${issue}.`))

scenarioGroup(
  'a failure of GitHub only delays the run',
  { policy: { patience: { github: '60s' } } },
  (scenario) => {
    const troubles = [
      {
        issue: 181,
        what: 'server errors',
        fault: trouble.status(502),
        on: /Snapshot|RepositoryContext/,
      },
      { issue: 182, what: 'HTML pages', fault: trouble.html(), on: /Snapshot|RepositoryContext/ },
      {
        issue: 183,
        what: 'a truncated answer',
        fault: { kind: 'cut' as const },
        on: /Snapshot|RepositoryContext|compare/,
      },
      {
        issue: 184,
        what: 'a broken connection',
        fault: { kind: 'hang_up' as const, when: 'before' as const },
        on: /.*/,
      },
      {
        issue: 185,
        what: 'GraphQL errors',
        fault: trouble.graphql({ type: 'INTERNAL', message: 'Something went wrong' }),
        on: /Snapshot|RepositoryContext/,
      },
    ]
    for (const { issue, what, fault, on } of troubles) {
      scenario(`${what}`, async ({ agent, github, run }) => {
        github.faults.next(on, fault, 2)
        await agent.finishes({ issue }, ({ pull }) => passChecksAndReview(github, pull))
        await run(issue).ends('completed', 'accepted')
      })
    }
  },
)

standalone(
  'a longer outage of GitHub is a question to a person: it uses no attempt and starts none',
  async ({ agent, github, run, dispatcher }) => {
    github.faults.next(/Snapshot|RepositoryContext|FindPull|GET/, trouble.status(503), 500)
    await agent.finishes({ issue: 186 }, ({ pull }) => passChecksAndReview(github, pull))
    expect(await run(186).ends('needs_human', 'outage')).toMatchObject({ attemptsUsed: 0 })
    expect((await run(186).detail()).effects.map(({ kind }) => kind)).not.toContain('dispatch')
    expect(dispatcher.requests()).toBe(0)
  },
  { policy: { patience: { github: '3s' } } },
)

standalone('the service waits for the end of a rate limit', async ({ agent, github, run }) => {
  github.faults.next(/Snapshot/, trouble.secondaryLimit(2), 1)
  await agent.finishes({ issue: 187 }, ({ pull }) => passChecksAndReview(github, pull))
  await run(187).ends('completed', 'accepted')
})

const store = { away: true }
/** A MinIO that first answers 503 and later has no objects. */
const minio = await serve(async () => {
  const [status, code] = store.away ? [503, 'SlowDown'] : [404, 'NoSuchKey']
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`
  return { status: Number(status), headers: { 'content-type': 'application/xml' }, body }
})
afterAll(() => minio.close())

standalone(
  'an unavailable artifact store delays the run, and a missing artifact does not',
  async ({ agent, github, run }) => {
    await agent.finishes({ issue: 188 }, ({ pull }) => passChecksAndReview(github, pull))
    const waiting = await eventually('the store is named', async () => {
      const { gates } = await run(188).detail()
      return gates.find(({ name, result }) => name === 'workflow' && result === 'wait')
    })
    expect(waiting.because).toMatch(/store/)
    expect((await run(188).now()).status).toBe('run_complete')
    store.away = false
    await run(188).ends('completed', 'accepted')
    expect((await run(188).detail()).artifacts).toContainEqual(
      expect.objectContaining({ state: 'missing' }),
    )
  },
  {
    policy: { patience: { artifacts: '60s' } },
    env: { MINIO_ENDPOINT: minio.url, MINIO_ACCESS_KEY: 'key', MINIO_SECRET_KEY: 'secret' },
  },
)

standalone(
  'waits, questions and effects survive a restart, and nothing is done twice',
  async (story) => {
    const { agent, github, run, stopService, startService, dispatcher, model } = story
    const waiting = await agent.finishes({ issue: 191 }, (done) =>
      github.checks(done.pull).start('unit'),
    )
    await agent.finishes({ issue: 192 }, ({ pull }) => {
      github.codexReviews(pull, [])
      github.checks(pull).fail('unit')
    })
    await agent.finishes({ issue: 193 }, ({ pull }) => github.conflict(pull))
    await run(191).waitsIn('waiting_for_ci')
    await run(192).ends('needs_iteration', 'ci_failed')
    await run(193).ends('needs_human', 'merge_conflict')
    await stopService()
    passChecksAndReview(github, waiting.pull)
    await startService()
    await run(191).ends('completed', 'accepted')
    await eventually('the dispatch', () => dispatcher.started().length === 1)
    for (const issue of [191, 192, 193]) await run(issue).settles()
    await stopService()
    await startService()
    for (const issue of [191, 192, 193]) await run(issue).settles()
    expect(dispatcher.log).toHaveLength(1)
    expect(model.requests).toHaveLength(1)
    expect(
      [listMessages(story, 191), listMessages(story, 192), listMessages(story, 193)].map(
        ({ length }) => length,
      ),
    ).toEqual([1, 0, 1])
  },
  { policy: { ci: { rerun_failed_once: false }, attempts: { backoff: ['3s'] } } },
)

standalone(
  'Discord gets one message despite a rate limit, an error and a lost answer',
  async (story) => {
    const { agent, github, run, discord } = story
    discord.faults.next(
      { when: 'before', answer: answerRateLimited(1) },
      { when: 'before', answer: answerJson(500, {}) },
      { when: 'after', answer: hangUp },
    )
    await agent.finishes({ issue: 194 }, ({ pull }) => passChecksAndReview(github, pull))
    await run(194).ends('completed', 'accepted')
    const effects = await run(194).settles()
    expect(effects('discord')).toMatchObject([{ state: 'done' }])
    expect(discord.in(channels.success)).toHaveLength(1)
    expect(discord.in(channels.success)[0]?.allowedMentions).toEqual({ parse: [] })
  },
)
