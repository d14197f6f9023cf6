import { expect } from 'vitest'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { eventually, type RunView } from '../harness/run-verbs.ts'
import { type Story, scenarioGroup, scenario as standalone } from '../harness/story.ts'
import { answerPass } from '../world/model.ts'
import { channels } from '../world/world.ts'

const policy = { ci: { rerun_failed_once: false }, attempts: { backoff: ['1h'] } }

interface Question {
  readonly id: string
  readonly runId: string
  readonly state: string
  readonly options: readonly { readonly id: string }[]
}
const getQuestion = async ({ get }: Story, run: RunView): Promise<Question> => {
  const { escalations } = (await get('/api/codex/escalations')) as { escalations: Question[] }
  const found = escalations.find(({ runId }) => runId === run.id)
  if (!found) throw new Error('no question was asked')
  return found
}
const postAnswer = async (story: Story, run: RunView, body: unknown) =>
  story.post(`/api/codex/escalations/${(await getQuestion(story, run)).id}/answer`, body)

/** A run that needs a person because of a conflict. */
const runIntoConflict = async ({ agent, github, run }: Story, issue: number) => {
  const done = await agent.finishes({ issue }, ({ pull }) => {
    passChecksAndReview(github, pull)
    github.conflict(pull)
  })
  return { ...done, run: await run(issue).ends('needs_human', 'merge_conflict') }
}
const runIntoWait = async ({ agent, github, run }: Story, issue: number) => {
  const done = await agent.finishes({ issue }, ({ pull }) => github.checks(pull).start('unit'))
  return { ...done, run: await run(issue).waitsIn('waiting_for_ci') }
}
const listTasks = ({ dispatcher }: Story, issue: number) =>
  dispatcher.started().filter(({ task }) => task.issueNumber === BigInt(issue))

const judges = { 201: answerPass({ confidence: 0.3 }) }

scenarioGroup(
  'a question is answered once with one of its options',
  { policy, judges },
  (scenario) => {
    scenario('accept completes the run, with its status, messages and memories', async (story) => {
      const { pull } = await story.agent.finishes({ issue: 201 }, (done) =>
        passChecksAndReview(story.github, done.pull),
      )
      const asked = await story.run(201).ends('needs_human', 'low_confidence')
      await story.run(201).settles()
      expect((await postAnswer(story, asked, { option: 'dance' })).status).toBe(422)
      expect(await postAnswer(story, asked, { option: 'resume' })).toMatchObject({
        status: 422,
        body: { errors: [{ message: expect.stringContaining('rerun, accept, close') }] },
      })
      const accepted = await postAnswer(story, asked, { option: 'accept', note: 'merged by hand' })
      expect(accepted).toMatchObject({
        status: 200,
        body: {
          ok: true,
          escalation: { state: 'answered' },
          run: { status: 'completed', reason: 'decided_by_person' },
        },
      })
      expect(await postAnswer(story, asked, { option: 'close' })).toMatchObject({
        status: 409,
        body: { code: 'conflict' },
      })
      await story.run(201).settles()
      expect(
        story.discord.in(channels.success).filter(({ content }) => content.includes('#201.')),
      ).toHaveLength(1)
      const [question] = story.discord
        .in(channels.escalation)
        .filter(({ content }) => content.includes('#201.'))
      expect(question?.edits).toHaveLength(1)
      const states = story.github
        .checks(pull)
        .statuses()
        .map(({ state }) => state)
      expect(states.at(-1)).toBe('success')
      expect(states.filter((state) => state === 'success')).toHaveLength(1)
      expect((await story.run(201).detail()).decision).toMatchObject({
        outcome: 'completed',
        reason: 'decided_by_person',
      })
      // The message still contains what the service had observed before.
      const [success] = story.discord
        .in(channels.success)
        .filter(({ content }) => content.includes('#201.'))
      expect(success?.content).toMatch(/^PR: https?:\/\/.*\/pull\/\d+$/m)
      expect(success?.content).toMatch(/^CI: success http/m)
      const { memories } = (await story.get(
        '/api/memories?namespace=codex:acme/widgets:201&query=widgets&limit=50',
      )) as { memories: { kind: string; content: string; tags: string[] }[] }
      expect(memories).toHaveLength(10)
      expect(memories.every(({ tags }) => tags.includes('status:completed'))).toBe(true)
      expect(memories.find(({ kind }) => kind === 'pull_request')?.content).toContain('/pull/')
      expect(memories.map(({ content }) => content)).not.toContain('No review was read.')
    })

    scenario('close closes the run', async (story) => {
      const { run: asked } = await runIntoConflict(story, 202)
      expect(await postAnswer(story, asked, { option: 'close' })).toMatchObject({
        status: 200,
        body: { run: { status: 'closed', reason: 'decided_by_person' } },
      })
    })

    scenario(
      'a question that is answered before Discord has its message is still marked as answered',
      async (story) => {
        const gate = Promise.withResolvers<void>()
        story.discord.faults.next({ when: 'after', hold: gate.promise })
        const { run: asked } = await runIntoConflict(story, 205)
        const message = () =>
          story.discord.in(channels.escalation).find(({ content }) => content.includes('#205.'))
        await eventually('the question', () => message() !== undefined)
        expect((await postAnswer(story, asked, { option: 'close' })).status).toBe(200)
        gate.resolve()
        await eventually('the edit', () => message()?.edits.length === 1)
        expect(message()?.content).toContain('decided_by_person')
      },
    )

    scenario('resume collects the evidence and judges again', async (story) => {
      const { run: asked, pull } = await runIntoConflict(story, 203)
      story.github.push('acme/widgets', 'codex/issue-203', { 'src/solved.ts': 'export {}\n' })
      passChecksAndReview(story.github, pull)
      expect(await postAnswer(story, asked, { option: 'resume' })).toMatchObject({
        status: 200,
        body: { run: { status: 'run_complete', reason: null } },
      })
      await story.run(203).ends('completed', 'accepted')
    })

    scenario('rerun dispatches another attempt with the note in its prompt', async (story) => {
      const { run: asked } = await runIntoConflict(story, 204)
      expect(
        (await postAnswer(story, asked, { option: 'rerun', note: 'Rebase onto main first.' }))
          .status,
      ).toBe(200)
      const { task } = await eventually('the dispatch', () => listTasks(story, 204)[0])
      expect(task.prompt).toContain('Rebase onto main first.')
      expect(task.prompt).toContain('Make three attempts before the uploader gives up.')
      expect(task.deliveryId).toMatch(/attempt-2$/)
      expect((await getQuestion(story, asked)).state).not.toBe('open')
    })
  },
)

scenarioGroup(
  'the status of a run decides which actions a person may take',
  { policy },
  (scenario) => {
    scenario('stop any open run, and resume it; a stopped run does nothing', async (story) => {
      const { run, pull } = await runIntoWait(story, 211)
      expect(await story.act(run.id, 'stop', { reason: 'holiday' })).toMatchObject({
        status: 202,
        body: { run: { status: 'closed', reason: 'stopped_by_person' } },
      })
      expect((await story.act(run.id, 'stop', { reason: 'again' })).status).toBe(409)
      passChecksAndReview(story.github, pull)
      await story.github.webhooks.flush()
      expect((await story.run(211).now()).status).toBe('closed')
      expect((await story.act(run.id, 'resume')).status).toBe(202)
      await story.run(211).ends('completed', 'accepted')
      expect((await story.act(run.id, 'resume')).status).toBe(409)
      expect((await story.act(run.id, 'stop', { reason: 'late' })).status).toBe(409)
      expect((await story.act(run.id, 'rejudge')).status).toBe(409)
    })

    scenario('rejudge an open run, or one whose dispatch has not been accepted', async (story) => {
      const { agent, github, run, act } = story
      const { pull } = await agent.finishes({ issue: 212 }, (done) => {
        github.codexReviews(done.pull, [])
        github.checks(done.pull).fail('unit')
      })
      const { id } = await run(212).ends('needs_iteration', 'ci_failed')
      github.checks(pull).succeed('unit')
      expect(await act(id, 'rejudge')).toMatchObject({
        status: 202,
        body: { run: { status: 'run_complete', reason: null, decision: null } },
      })
      await run(212).ends('completed', 'accepted')
      expect(listTasks(story, 212)).toEqual([])
    })

    scenario('rerun any ended run, with another prompt or the same task', async (story) => {
      const { agent, github, run, act } = story
      for (const [issue, body] of [
        [215, { prompt: 'Cover the empty list as well.' }],
        [216, {}],
      ] as const) {
        await agent.finishes({ issue }, ({ pull }) => passChecksAndReview(github, pull))
        const { id } = await run(issue).ends('completed', 'accepted')
        expect(await act(id, 'rerun', body)).toMatchObject({
          status: 202,
          body: { ok: true, run: { id } },
        })
        const { task } = await eventually('the dispatch', () => listTasks(story, issue)[0])
        expect(task.deliveryId).toMatch(/attempt-2$/)
        expect(task.prompt).toContain(
          'prompt' in body ? body.prompt : 'Make three attempts before the uploader gives up.',
        )
        expect((await run(issue).now()).status).toBe('completed')
      }
    })

    scenario('override any run but a superseded one, and grant attempts to any', async (story) => {
      const { run, act, agent } = story
      const { run: first } = await runIntoWait(story, 213)
      expect((await act(first.id, 'dance')).status).toBe(404)
      expect((await act(first.id, 'override', { outcome: 'superseded', reason: 'x' })).status).toBe(
        422,
      )
      expect((await act(first.id, 'grant', { attempts: 2 })).status).toBe(202)
      await agent.finishes({ issue: 213, files: { 'src/widget.ts': '// second\n' } })
      await run(213).attempt(2)
      expect((await run(213).all())[0]).toMatchObject({ status: 'superseded' })
      expect((await act(first.id, 'override', { outcome: 'completed', reason: 'no' })).status).toBe(
        409,
      )
      expect((await act(first.id, 'rerun')).status).toBe(409)
      expect(
        (await act('0199aaaa-0000-7000-8000-000000000001', 'stop', { reason: 'x' })).status,
      ).toBe(404)
    })

    scenario('override a run whose workflow failed', async (story) => {
      const { agent, run, act } = story
      await agent.finishes({ issue: 214, phase: 'Failed', message: 'Error (exit code 1)' })
      const { id } = await run(214).ends('needs_iteration', 'workflow_failed')
      expect(
        (await act(id, 'override', { outcome: 'completed', reason: 'done by hand' })).status,
      ).toBe(202)
      await run(214).ends('completed', 'decided_by_person')
      expect(
        (await act(id, 'override', { outcome: 'needs_human', reason: 'on reflection' })).status,
      ).toBe(202)
      await run(214).comesTo(
        'needed a person',
        ({ status, reason }) => status === 'needs_human' && reason === 'decided_by_person',
      )
    })
  },
)

standalone(
  'during a pause nothing is dispatched and no model is asked, and afterwards everything continues',
  async (story) => {
    const { agent, github, run, post, model, dispatcher } = story
    const pause = { repository: 'acme/widgets', reason: 'freeze' }
    expect(await post('/api/codex/pause', pause)).toMatchObject({
      status: 200,
      body: { ok: true, pauses: [{ repository: 'acme/widgets', reason: 'freeze' }] },
    })
    const { pull } = await agent.finishes({ issue: 221 }, (done) =>
      github.checks(done.pull).start('unit'),
    )
    await agent.finishes({ issue: 222 }, (done) => {
      github.codexReviews(done.pull, [])
      github.checks(done.pull).fail('unit')
    })
    await run(221).waitsIn('waiting_for_ci')
    await run(222).ends('needs_iteration', 'ci_failed')
    passChecksAndReview(github, pull)
    await run(221).waitsIn('judging')
    await eventually('the dispatch is held back', async () =>
      (await run(222).detail()).effects.find(
        ({ kind, tries, because }) =>
          kind === 'dispatch' && tries === 0 && because?.includes('paused'),
      ),
    )
    expect([model.requests.length, dispatcher.requests()]).toEqual([0, 0])
    expect(await post('/api/codex/unpause', pause)).toMatchObject({
      status: 200,
      body: { pauses: [] },
    })
    await run(221).ends('completed', 'accepted')
    await eventually('the dispatch', () => dispatcher.started().length === 1)
  },
  { policy: { ...policy, attempts: { backoff: ['1s'] } } },
)

standalone(
  'an unanswered question is repeated once and then closed',
  async (story) => {
    const { run: asked, pull } = await runIntoConflict(story, 231)
    await story
      .run(231)
      .comesTo('closed', ({ status, reason }) => status === 'closed' && reason === 'unanswered')
    await story.run(231).settles()
    const messages = story.discord.in(channels.escalation)
    expect(messages.map(({ content }) => content.includes('has not been answered'))).toEqual([
      false,
      true,
    ])
    expect(await postAnswer(story, asked, { option: 'accept' })).toMatchObject({ status: 409 })
    expect(story.github.checks(pull).statuses().at(-1)?.state).toBe('error')
  },
  { policy: { escalation: { remind: '2s', close: '4s' } } },
)
