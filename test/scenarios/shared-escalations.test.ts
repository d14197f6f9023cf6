import { expect } from 'vitest'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { eventually } from '../harness/run-verbs.ts'
import { type Story, scenario } from '../harness/story.ts'
import { trouble } from '../world/github/faults.ts'
import { answerJson } from '../world/serve.ts'
import { channels } from '../world/world.ts'

interface Escalation {
  readonly id: string
  readonly runId: string
  readonly reason: string
  readonly question: string
  readonly state: string
  readonly groupKey: string | null
  readonly runs: readonly { readonly id: string; readonly issueNumber: number }[]
  readonly options: readonly { readonly id: string }[]
  readonly answer: { readonly by: string; readonly because?: string } | null
}

const listEscalations = async ({ get }: Story, query = ''): Promise<readonly Escalation[]> =>
  ((await get(`/api/codex/escalations${query}`)) as { escalations: Escalation[] }).escalations

const count = (from: number, runs: number): readonly number[] =>
  Array.from({ length: runs }, (_, index) => from + index)

/** Every issue gets a finished run that only the external systems can stop. */
const finishAll = (story: Story, issues: readonly number[], repository = 'acme/widgets') =>
  Promise.all(
    issues.map((issue) =>
      story.agent.finishes({ issue, repository }, ({ pull }) =>
        passChecksAndReview(story.github, pull),
      ),
    ),
  )

const endAll = (
  story: Story,
  issues: readonly number[],
  [status, reason]: readonly [string, string],
  repository = 'acme/widgets',
) => Promise.all(issues.map((issue) => story.run(issue, repository).ends(status, reason)))

/** Resolves when the runs have this status again, having been paused. */
const goOn = (
  story: Story,
  issues: readonly number[],
  status: string,
  repository = 'acme/widgets',
) =>
  Promise.all(
    issues.map((issue) =>
      story.run(issue, repository).comesTo(`went on to ${status}`, (run) => run.status === status),
    ),
  )

const awaitOne = (story: Story, runs: number): Promise<Escalation> =>
  eventually(`one escalation of ${runs} runs`, async () => {
    const open = await listEscalations(story, '?state=open')
    return open.length === 1 && open[0]?.runs.length === runs ? open[0] : null
  })

const awaitClosed = (story: Story, id: string): Promise<Escalation> =>
  eventually('the end of the escalation', async () =>
    (await listEscalations(story)).find((one) => one.id === id && one.state !== 'open'),
  )

const listQuestions = ({ discord }: Story) => discord.in(channels.escalation)
const awaitMessage = (story: Story, text: RegExp | string) =>
  eventually(`the message ${text}`, () =>
    listQuestions(story).find(({ content }) => content.match(text) !== null),
  )

const away = {
  when: 'before',
  answer: answerJson(503, { error: { message: 'overloaded' } }),
} as const
const quick = {
  judge: { patience: '1s', timeout: '2s' },
  patience: { github: '1s', artifacts: '1s' },
  attempts: { backoff: ['1s'], dispatch_patience: '1s' },
  ci: { rerun_failed_once: false },
  escalation: { retry: '1s' },
}

scenario(
  'a model that is away for twenty issues is one question, and all complete once it is back',
  async (story) => {
    const issues = count(1, 20)
    story.model.faults.always(away)
    await finishAll(story, issues)
    await endAll(story, issues, ['needs_human', 'judge_unavailable'])
    const asked = await awaitOne(story, 20)
    expect(asked).toMatchObject({
      groupKey: 'judge_unavailable:openai/gpt-5.2',
      reason: 'judge_unavailable',
      runId: asked.runs[0]?.id,
    })
    expect(asked.runs.map(({ issueNumber }) => issueNumber).toSorted((a, b) => a - b)).toEqual([
      ...issues,
    ])
    const message = await awaitMessage(story, /^⚠️ Codex needs human help for 20 issues\.\n/)
    expect((await awaitOne(story, 20)).question).toMatch(/20 issues/)
    expect(listQuestions(story)).toHaveLength(1)
    expect(message.content).toMatch(/^Issue: acme\/widgets#\d+, .* and 10 more$/m)
    expect(message.content).toMatch(/^Run: http.*\/runs\//m)

    const before = story.model.requests.length
    story.model.faults.always(null)
    await goOn(story, issues, 'completed')
    const closed = await awaitClosed(story, asked.id)
    expect(closed).toMatchObject({
      state: 'closed',
      answer: { by: 'service', because: 'openai/gpt-5.2 answers again.' },
    })
    expect(closed.runs).toHaveLength(20)
    await awaitMessage(story, /Resolved by the service: openai\/gpt-5\.2 answers again\./)
    expect(listQuestions(story)).toHaveLength(1)
    // Each run asked once, and the answer of the one that tried again counts.
    expect(story.model.requests.length - before).toBeLessThanOrEqual(21)
    expect(story.discord.in(channels.success)).toHaveLength(20)
  },
  { policy: quick },
)

scenario(
  'credentials that GitHub refuses stop a run at once, and it goes on once they are accepted',
  async (story) => {
    story.github.faults.next(/.*/, trouble.status(401, 'Bad credentials'), 1e6)
    await finishAll(story, [31, 32, 33])
    await endAll(story, [31, 32, 33], ['needs_human', 'outage'])
    const asked = await awaitOne(story, 3)
    expect(asked.groupKey).toBe('outage:github')
    const { run, effects } = await story.run(31).detail()
    expect(run.attemptsUsed).toBe(0)
    expect(run.reasonText).toMatch(/401: Bad credentials.*set a valid GITHUB_TOKEN/)
    expect(effects.map(({ kind }) => kind)).not.toContain('dispatch')
    await awaitMessage(story, /for 3 issues\.\nReason: .*401.*GITHUB_TOKEN/)
    story.github.faults.clear()
    await goOn(story, [31, 32, 33], 'completed')
    expect((await awaitClosed(story, asked.id)).answer?.because).toBe('GitHub answers again.')
  },
  // No patience is involved.
  { policy: { ...quick, patience: { github: '1h', artifacts: '1h' } } },
)

scenario(
  'what GitHub refuses for one owner stops the runs of no other',
  async (story) => {
    const refused = trouble.graphql({ type: 'FORBIDDEN', message: 'Resource protected by SAML' })
    story.github.repository('umbrella/gadgets', { 'src/widget.ts': 'export const retries = 0\n' })
    await finishAll(story, [41])
    await story.run(41).ends('completed', 'accepted')
    story.github.faults.next(/Snapshot|RepositoryContext/, refused, 1e6)
    await finishAll(story, [42], 'umbrella/gadgets')
    await endAll(story, [42], ['needs_human', 'outage'], 'umbrella/gadgets')
    expect(await awaitOne(story, 1)).toMatchObject({ groupKey: 'outage:github:umbrella' })
    story.github.faults.clear()
    await goOn(story, [42], 'completed', 'umbrella/gadgets')
  },
  { policy: quick },
)

scenario(
  'attempts that the dispatcher cannot start wait in one question, and start once it is back',
  async (story) => {
    const issues = count(51, 5)
    story.dispatcher.faults.always(away)
    await Promise.all(
      issues.map((issue) =>
        story.agent.finishes({ issue }, ({ pull }) => {
          story.github.codexReviews(pull, [])
          story.github.checks(pull).fail('unit')
        }),
      ),
    )
    await goOn(story, issues, 'needs_human')
    const asked = await awaitOne(story, 5)
    expect(asked).toMatchObject({ groupKey: 'dispatch_failed:dispatcher' })
    expect(story.dispatcher.started()).toEqual([])
    story.dispatcher.faults.always(null)
    await goOn(story, issues, 'needs_iteration')
    await eventually('the attempts', () => story.dispatcher.started().length === 5)
    await Promise.all(issues.map((issue) => story.run(issue).settles()))
    const ids = story.dispatcher.log.map(({ task }) => task.deliveryId)
    expect(new Set(ids).size).toBe(5)
    expect(ids.every((id) => id.endsWith('-attempt-2'))).toBe(true)
    for (const issue of issues)
      expect(await story.run(issue).now()).toMatchObject({
        reason: 'ci_failed',
        causeReason: null,
        attemptsUsed: 1,
      })
    expect((await awaitClosed(story, asked.id)).answer?.because).toMatch(/dispatcher/)
  },
  { policy: quick },
)

scenario(
  'a task that the dispatcher declines is a question of its own',
  async (story) => {
    story.dispatcher.faults.next(
      { when: 'before', answer: answerJson(400, { error: 'invalid' }) },
      { when: 'before', answer: answerJson(400, { error: 'invalid' }) },
    )
    for (const issue of [61, 62]) {
      await story.agent.finishes({ issue }, ({ pull }) => {
        story.github.codexReviews(pull, [])
        story.github.checks(pull).fail('unit')
      })
      await goOn(story, [issue], 'needs_human')
    }
    const open = await listEscalations(story, '?state=open')
    expect(open.map(({ groupKey, runs }) => [groupKey, runs.length])).toEqual([
      [null, 1],
      [null, 1],
    ])
  },
  { policy: quick },
)

scenario(
  'an artifact store that is away for longer than its patience is one question',
  async (story) => {
    await finishAll(story, [71, 72])
    await endAll(story, [71, 72], ['needs_human', 'outage'])
    expect(await awaitOne(story, 2)).toMatchObject({ groupKey: 'outage:artifacts' })
  },
  {
    policy: quick,
    env: { MINIO_ENDPOINT: 'http://127.0.0.1:1', MINIO_ACCESS_KEY: 'k', MINIO_SECRET_KEY: 's' },
  },
)

scenario(
  'the budget of a repository for a day is one question',
  async (story) => {
    await finishAll(story, [81])
    await story.run(81).ends('completed', 'accepted')
    await finishAll(story, [82, 83])
    await endAll(story, [82, 83], ['needs_human', 'budget_exhausted'])
    const asked = await awaitOne(story, 2)
    expect(asked.groupKey).toMatch(/^budget_exhausted:acme\/widgets:\d{4}-\d\d-\d\d$/)
    const before = story.model.requests.length
    await story.stopService()
    await story.startService({ ...quick, budget: { repository_day_usd: 50 } })
    await goOn(story, [82, 83], 'completed')
    expect(story.model.requests.length - before).toBe(2)
    expect((await awaitClosed(story, asked.id)).answer?.because).toMatch(/budget/)
  },
  { policy: { ...quick, budget: { repository_day_usd: 0.25, unknown_call_usd: 0.25 } } },
)

scenario(
  'Argo that is away when a completion is overdue is an outage, and the run waits again after it',
  async (story) => {
    story.argo.faults.always({ when: 'before', answer: answerJson(503, {}) })
    const { workflow } = await story.agent.works({ issue: 91 })
    const { name, namespace } = workflow.metadata
    await story.post('/api/codex/notify', {
      type: 'agent-turn-complete',
      repository: 'acme/widgets',
      issue_number: 91,
      workflow_name: name,
      workflow_namespace: namespace,
    })
    await story.run(91).ends('needs_human', 'outage')
    expect(await awaitOne(story, 1)).toMatchObject({ groupKey: 'outage:argo' })
    story.github.codexReviews({ repository: 'acme/widgets', number: 1001 }, [])
    story.github.checks({ repository: 'acme/widgets', number: 1001 }).succeed('unit')
    story.argo.faults.always(null)
    await goOn(story, [91], 'completed')
    const { transitions } = await story.run(91).detail()
    expect(transitions.map(({ to }) => to)).toContain('notified')
  },
  {
    policy: { ...quick, patience: { ...quick.patience, completion: '1s' } },
    argo: true,
    env: { ARGO_SWEEP_INTERVAL: '1h' },
  },
)

scenario(
  'without a dispatcher a failed attempt is a question to a person, and no status says otherwise',
  async (story) => {
    const { pull } = await story.agent.finishes({ issue: 95 }, (done) => {
      story.github.codexReviews(done.pull, [])
      story.github.checks(done.pull).fail('unit')
    })
    expect(await story.run(95).ends('needs_human', 'dispatch_failed')).toMatchObject({
      causeReason: 'ci_failed',
      reasonText: expect.stringContaining('DISPATCHER_URL is not set'),
    })
    const effects = await story.run(95).settles()
    expect(effects('dispatch')).toMatchObject([
      { state: 'skipped', because: 'DISPATCHER_URL is not set' },
    ])
    const statuses = story.github.checks(pull).statuses()
    expect(statuses.map(({ description }) => description).join()).not.toContain('Another attempt')
    expect(statuses.at(-1)?.state).toBe('error')
    await awaitMessage(story, 'DISPATCHER_URL')
    const [asked] = await listEscalations(story, '?state=open')
    expect(asked?.options.map(({ id }) => id)).not.toContain('rerun')
    expect((await story.act(asked?.runId ?? '', 'rerun')).status).toBe(409)
  },
  { policy: quick, env: { DISPATCHER_URL: '' } },
)
