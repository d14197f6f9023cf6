import { expect } from 'vitest'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { eventually } from '../harness/run-verbs.ts'
import { type Story, scenario } from '../harness/story.ts'
import { channels } from '../world/world.ts'

interface Question {
  readonly id: string
  readonly runId: string
  readonly state: string
  readonly groupKey: string | null
  readonly runs: readonly { readonly id: string; readonly issueNumber: number }[]
  readonly options: readonly { readonly id: string }[]
  readonly answer: Readonly<Record<string, unknown>> | null
}

const listQuestions = async ({ get }: Story, query = ''): Promise<readonly Question[]> =>
  ((await get(`/api/codex/escalations${query}`)) as { escalations: Question[] }).escalations
const findQuestion = async (story: Story, id: string) =>
  (await listQuestions(story)).find((one) => one.id === id)
const awaitRuns = (story: Story, runs: number): Promise<Question> =>
  eventually(`a question of ${runs} runs`, async () =>
    (await listQuestions(story, '?state=open')).find((one) => one.runs.length === runs),
  )
const listMessages = ({ discord }: Story) => discord.in(channels.escalation)
const awaitMessage = (story: Story, text: RegExp) =>
  eventually(`the message ${text}`, () =>
    listMessages(story).find(({ content }) => text.test(content)),
  )

/** Runs whose pull requests get a review, but no check: CI is missing in their repository. */
const missChecks = async (story: Story, issues: readonly number[]) => {
  for (const issue of issues)
    await story.agent.finishes({ issue }, ({ pull }) => story.github.codexReviews(pull, []))
  for (const issue of issues) await story.run(issue).ends('needs_human', 'ci_missing')
}
const runIntoConflict = async ({ agent, github, run }: Story, issue: number) => {
  await agent.finishes({ issue }, ({ pull }) => {
    passChecksAndReview(github, pull)
    github.conflict(pull)
  })
  return run(issue).ends('needs_human', 'merge_conflict')
}
const quick = { ci: { no_checks_grace: '1s', rerun_failed_once: false } }

scenario(
  'an answer counts for every run of its question, each with its own status and memories',
  async (story) => {
    await missChecks(story, [1, 2, 3])
    const asked = await awaitRuns(story, 3)
    expect(asked.groupKey).toBe('ci_missing:acme/widgets')
    await awaitMessage(story, /for 3 issues\.\n/)
    const refused = await story.post(`/api/codex/escalations/${asked.id}/answer`, {
      option: 'rerun',
    })
    expect(refused).toMatchObject({
      status: 422,
      body: {
        code: 'invalid',
        errors: [{ path: '/option', message: expect.stringMatching(/resume, accept, close/) }],
      },
    })
    const answer = { option: 'accept', note: 'CI is off here.' }
    expect(await story.post(`/api/codex/escalations/${asked.id}/answer`, answer)).toMatchObject({
      status: 200,
      body: {
        escalation: { state: 'answered', runs: [{}, {}, {}] },
        run: { id: asked.runId, status: 'completed', reason: 'decided_by_person' },
      },
    })
    for (const issue of [1, 2, 3]) {
      expect(await story.run(issue).now()).toMatchObject({
        status: 'completed',
        reason: 'decided_by_person',
      })
      const effects = await story.run(issue).settles()
      expect(effects('remember').at(-1)).toMatchObject({ state: 'done' })
    }
    const message = await awaitMessage(story, /Resolved by .*: accept — CI is off here\./)
    expect(message.content).toMatch(/^⚠️ Codex needs human help for 3 issues\./)
    expect(listMessages(story)).toHaveLength(1)
    expect(story.discord.in(channels.success)).toHaveLength(3)
    expect((await story.post(`/api/codex/escalations/${asked.id}/answer`, answer)).status).toBe(409)
  },
  { policy: quick },
)

scenario(
  'several questions are answered in one request, each with its own result',
  async (story) => {
    const first = await runIntoConflict(story, 11)
    const second = await runIntoConflict(story, 12)
    const open = await listQuestions(story, '?state=open')
    const ids = [first, second].map(({ id }) => open.find(({ runId }) => runId === id)?.id ?? '')
    const unknown = '0199aaaa-0000-7000-8000-000000000001'
    const body = { ids: [...ids, unknown], option: 'close' }
    const key = { 'idempotency-key': 'both' }
    const refused = await story.post('/api/codex/escalations/answers', { ids, option: 'accept' })
    expect(refused).toMatchObject({
      status: 200,
      body: { results: [{ status: 422, code: 'invalid' }, { status: 422 }] },
    })
    const answer = await story.post('/api/codex/escalations/answers', body, key)
    expect(answer).toMatchObject({
      status: 200,
      body: {
        ok: true,
        results: [
          { id: ids[0], status: 200, escalation: { state: 'answered' }, run: { status: 'closed' } },
          { id: ids[1], status: 200, run: { id: second.id, reason: 'decided_by_person' } },
          { id: unknown, status: 404, code: 'not_found' },
        ],
      },
    })
    expect((await story.post('/api/codex/escalations/answers', body, key)).body).toEqual(
      answer.body,
    )
    expect(await story.post('/api/codex/escalations/answers', body)).toMatchObject({
      body: { results: [{ status: 409, code: 'conflict' }, { status: 409 }, { status: 404 }] },
    })
  },
)

scenario(
  'a run that goes on leaves its question, and the last one closes it',
  async (story) => {
    await missChecks(story, [21, 22])
    const asked = await awaitRuns(story, 2)
    const [first, last] = asked.runs
    await awaitMessage(story, /for 2 issues\.\n/)
    // Another attempt takes over the first one.
    await story.agent.finishes(
      { issue: first?.issueNumber ?? 0, files: { 'src/widget.ts': '// by hand\n' } },
      ({ pull }) => passChecksAndReview(story.github, pull),
    )
    await story.run(first?.issueNumber ?? 0).ends('completed', 'accepted')
    expect(await awaitRuns(story, 1)).toMatchObject({ id: asked.id, runId: last?.id })
    await awaitMessage(story, new RegExp(`for acme/widgets#${last?.issueNumber}\\.\\n`))
    // A person overrides the other.
    const overridden = { outcome: 'completed', reason: 'It is fine.' }
    expect((await story.act(last?.id ?? '', 'override', overridden)).status).toBe(202)
    expect((await findQuestion(story, asked.id))?.state).toBe('closed')
    await awaitMessage(story, /Resolved by .*It is fine\./)
    expect(listMessages(story)).toHaveLength(1)
  },
  { policy: quick },
)

scenario(
  'a question of several runs is repeated once and closes once',
  async (story) => {
    await missChecks(story, [31, 32])
    const asked = await awaitRuns(story, 2)
    for (const issue of [31, 32])
      await story.run(issue).comesTo('closed', ({ status, reason }) => {
        return status === 'closed' && reason === 'unanswered'
      })
    expect(await findQuestion(story, asked.id)).toMatchObject({ state: 'closed' })
    await awaitMessage(story, /Resolved by the service: No one answered by/)
    const reminders = listMessages(story).filter(({ content }) =>
      content.includes('has not been answered'),
    )
    expect(reminders).toHaveLength(1)
    expect(listMessages(story)).toHaveLength(2)
  },
  { policy: { ...quick, escalation: { remind: '4s', close: '9s' } } },
)
