import { expect } from 'vitest'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { eventually } from '../harness/run-verbs.ts'
import { type Story, scenarioGroup } from '../harness/story.ts'
import { answerFail, answerInTurn, type Behaviour } from '../world/model.ts'
import { answerJson, hangUp } from '../world/serve.ts'
import { channels } from '../world/world.ts'

const quickPolicy = {
  ci: { rerun_failed_once: false },
  attempts: { max: 3, backoff: ['1s'], infrastructure_max: 3 },
}
const patientPolicy = { ...quickPolicy, attempts: { ...quickPolicy.attempts, backoff: ['1h'] } }

const listTasks = ({ dispatcher }: Story, issue: number) =>
  dispatcher.started().filter(({ task }) => task.issueNumber === BigInt(issue))
const waitForDispatch = (story: Story, issue: number, nth: number) =>
  eventually(`dispatch ${nth} of #${issue}`, () => listTasks(story, issue)[nth - 1])

/** An attempt whose check fails; by default each check has its own change. */
const failInCi = (
  story: Story,
  issue: number,
  how: {
    check: string
    change?: string
    task?: Parameters<Story['agent']['finishes']>[0]['task']
  },
) =>
  story.agent.finishes(
    {
      issue,
      files: { 'src/widget.ts': `// ${how.change ?? how.check}\n` },
      ...(how.task ? { task: how.task } : {}),
    },
    ({ pull }) => {
      story.github.checks(pull).fail(how.check)
      story.github.codexReviews(pull, [])
    },
  )

scenarioGroup(
  'a failed attempt is followed by another one that knows what failed',
  { policy: quickPolicy },
  (scenario) => {
    scenario('the dispatched run is the next attempt, and can complete', async (story) => {
      const { agent, github, run } = story
      await failInCi(story, 61, { check: 'unit' })
      await run(61).ends('needs_iteration', 'ci_failed')
      const { task } = await waitForDispatch(story, 61, 1)
      expect(task).toMatchObject({
        repository: 'acme/widgets',
        base: 'main',
        head: 'codex/issue-61',
        deliveryId: expect.stringMatching(/^codex-[0-9a-f]{8}-61-attempt-2$/),
      })
      await agent.finishes({ issue: 61, task }, ({ pull }) => passChecksAndReview(github, pull))
      await run(61).attempt(2)
      const ended = await run(61).ends('completed', 'accepted')
      const [first] = await run(61).all()
      expect(ended).toMatchObject({ attempt: 2, attemptsUsed: 2, parentRunId: first?.id })
      expect(first).toMatchObject({ status: 'needs_iteration', reason: 'ci_failed' })
    })

    scenario(
      'the same failure twice in a row is no progress, even with another change',
      async (story) => {
        const { run } = story
        await failInCi(story, 62, { check: 'unit' })
        await run(62).ends('needs_iteration', 'ci_failed')
        const { task } = await waitForDispatch(story, 62, 1)
        await failInCi(story, 62, { check: 'unit', task })
        await run(62).attempt(2)
        expect(await run(62).ends('needs_human', 'no_progress')).toMatchObject({
          causeReason: 'ci_failed',
          attemptsUsed: 2,
        })
        expect(listTasks(story, 62)).toHaveLength(1)
      },
    )

    scenario('the same change twice in a row is no progress', async (story) => {
      const { agent, github, run } = story
      await agent.finishes({ issue: 63 }, ({ pull }) => github.checks(pull).fail('unit'))
      await run(63).ends('needs_iteration', 'ci_failed')
      const { task } = await waitForDispatch(story, 63, 1)
      await agent.finishes({ issue: 63, task }, ({ pull }) => github.checks(pull).fail('lint'))
      await run(63).attempt(2)
      await run(63).ends('needs_human', 'no_progress')
    })

    scenario(
      'a change that goes back to an earlier one is no progress, and the question compares them',
      async (story) => {
        const { run, discord } = story
        const fail = async (check: string, change: string, nth: number) =>
          failInCi(story, 67, {
            check,
            change,
            ...(nth === 0 ? {} : { task: (await waitForDispatch(story, 67, nth)).task }),
          })
        const { pull, commit } = await fail('unit', 'A', 0)
        await run(67).ends('needs_iteration', 'ci_failed')
        await fail('lint', 'B', 1)
        await run(67).attempt(2)
        await run(67).ends('needs_iteration', 'ci_failed')
        await fail('e2e', 'A', 2)
        await run(67).attempt(3)
        const ended = await run(67).ends('needs_human', 'no_progress')
        expect(ended).toMatchObject({ causeReason: 'ci_failed', attemptsUsed: 3 })
        const link = `/pull/${pull.number}/commits/${commit}`
        expect(ended.reasonText).toContain('the same change was submitted 2 times: attempt 1 (')
        expect(ended.reasonText).toContain(link)
        expect(ended.reasonText).toContain('src/widget.ts')
        const asked = await eventually('the question about #67', () =>
          discord
            .in(channels.escalation)
            .find(({ content }) => content.includes('help for acme/widgets#67')),
        )
        expect(asked.content).toContain('attempt 1 (ci_failed, commit')
        expect(asked.content).toContain(link)
        expect(listTasks(story, 67)).toHaveLength(2)
      },
    )

    scenario('the same change on another base is no progress', async (story) => {
      const { agent, github, run } = story
      const repository = 'acme/rebased'
      const work = { repository, issue: 69 }
      const before = 'export const retries = 0\n'
      await agent.finishes(
        { ...work, files: { 'src/widget.ts': `${before}// never again\n` } },
        ({ pull }) => github.checks(pull).fail('unit'),
      )
      await run(69, repository).ends('needs_iteration', 'ci_failed')
      const { task } = await waitForDispatch(story, 69, 1)
      const moved = `// Counts.\n${before}`
      github.push(repository, 'main', { 'src/widget.ts': moved })
      const files = { 'src/widget.ts': `${moved}// never again\n` }
      github.forcePush(repository, 'codex/issue-69', files)
      await agent.finishes({ ...work, files, task }, ({ pull }) => github.checks(pull).fail('lint'))
      await run(69, repository).attempt(2)
      const ended = await run(69, repository).ends('needs_human', 'no_progress')
      expect(ended.reasonText).toContain('the same change was submitted 2 times in a row')
    })

    scenario(
      'different failures are limited to the maximum of attempts, and a person may grant one more',
      async (story) => {
        const { run, act, agent, github } = story
        await failInCi(story, 64, { check: 'unit' })
        await failInCi(story, 64, {
          check: 'lint',
          task: (await waitForDispatch(story, 64, 1)).task,
        })
        await run(64).attempt(2)
        await failInCi(story, 64, {
          check: 'e2e',
          task: (await waitForDispatch(story, 64, 2)).task,
        })
        await run(64).attempt(3)
        const ended = await run(64).ends('needs_human', 'attempts_exhausted')
        expect(ended).toMatchObject({ causeReason: 'ci_failed', attemptsUsed: 3 })
        expect(listTasks(story, 64)).toHaveLength(2)
        expect((await act(ended.id, 'grant', { attempts: 1 })).status).toBe(202)
        const { task } = await waitForDispatch(story, 64, 3)
        expect(task.deliveryId).toMatch(/attempt-4$/)
        await agent.finishes({ issue: 64, task }, ({ pull }) => passChecksAndReview(github, pull))
        await run(64).attempt(4)
        await run(64).ends('completed', 'accepted')
        expect((await run(64).all()).map(({ status }) => status)).toEqual([
          'needs_iteration',
          'needs_iteration',
          'superseded',
          'completed',
        ])
      },
    )

    scenario('infrastructure failures have their own limit and use no attempt', async (story) => {
      const { agent, run } = story
      const failure = { issue: 65, phase: 'Error', message: 'node was lost' } as const
      await agent.finishes(failure)
      for (const n of [1, 2]) {
        const { task } = await waitForDispatch(story, 65, n)
        await agent.finishes({ ...failure, task })
        await run(65).attempt(n + 1)
      }
      expect(await run(65).ends('needs_human', 'infrastructure_exhausted')).toMatchObject({
        causeReason: 'infrastructure',
        attemptsUsed: 0,
      })
      expect(listTasks(story, 65)).toHaveLength(2)
    })

    scenario(
      'a hundred reports of one workflow cause one attempt and one dispatch',
      async (story) => {
        const { post, run } = story
        const { workflow } = await failInCi(story, 66, { check: 'unit' })
        const touched = (n: number) => ({
          ...workflow,
          metadata: {
            ...workflow.metadata,
            labels: { ...workflow.metadata.labels, touched: String(n) },
          },
        })
        await Promise.all(
          Array.from({ length: 100 }, (_, n) => post('/api/codex/run-complete', touched(n))),
        )
        await waitForDispatch(story, 66, 1)
        await run(66).settles()
        expect(await run(66).all()).toMatchObject([{ status: 'needs_iteration', attempt: 1 }])
        expect(story.dispatcher.log.filter(({ task }) => task.issueNumber === 66n)).toHaveLength(1)
      },
    )
  },
)

/** Rejects the change, and marks the requirements of these numbers as met. */
const meetOnly =
  (item: string, ...numbers: readonly number[]): Behaviour =>
  (asked, prompt) => {
    const answer = answerFail([item])(asked, prompt)
    if (answer.kind !== 'text') return answer
    const { requirements_coverage: coverage, ...rest } = JSON.parse(answer.text)
    const met = coverage.map((one: object, index: number) => ({
      ...one,
      met: numbers.includes(index + 1),
    }))
    return { kind: 'text', text: JSON.stringify({ ...rest, requirements_coverage: met }) }
  }

scenarioGroup(
  'what an attempt had satisfied is not forgotten',
  {
    policy: quickPolicy,
    judges: { 68: answerInTurn(meetOnly('the second half', 1), meetOnly('the first half', 2)) },
  },
  (scenario) => {
    scenario('a requirement that was undone is named in the next prompt', async (story) => {
      const { agent, github, run } = story
      const attempt = async (change: string, nth: number) =>
        agent.finishes(
          {
            issue: 68,
            body: '## Acceptance criteria\n\n- it retries three times\n- it logs each try\n',
            files: { 'src/widget.ts': `export const done = '${change}'\n` },
            ...(nth === 0 ? {} : { task: (await waitForDispatch(story, 68, nth)).task }),
          },
          ({ pull }) => passChecksAndReview(github, pull),
        )
      await attempt('retries', 0)
      await run(68).ends('needs_iteration', 'judge_rejected')
      const first = await waitForDispatch(story, 68, 1)
      expect(first.task.prompt).not.toContain('What was undone')
      await attempt('logs', 1)
      await run(68).attempt(2)
      await run(68).ends('needs_iteration', 'judge_rejected')
      const { prompt } = (await waitForDispatch(story, 68, 2)).task
      expect(prompt).toContain(
        'Attempt 1 satisfied requirement 1 (`it retries three times`); do not undo it.',
      )
      expect(prompt).toContain("export const done = 'retries'")
      expect(prompt).not.toContain('satisfied requirement 2')
      await attempt('retries and logs', 2)
      await run(68).attempt(3)
      await run(68).ends('completed', 'accepted')
    })
  },
)

scenarioGroup('a dispatch that is not due yet', { policy: patientPolicy }, (scenario) => {
  scenario(
    'is replaced when another run of the issue arrives, and its number is not used again',
    async (story) => {
      const { agent, github, run } = story
      await failInCi(story, 71, { check: 'unit' })
      await run(71).ends('needs_iteration', 'ci_failed')
      await agent.finishes({ issue: 71, files: { 'src/widget.ts': '// by hand\n' } }, ({ pull }) =>
        passChecksAndReview(github, pull),
      )
      const ended = await run(71).comesTo('reached attempt 3', ({ attempt }) => attempt === 3)
      expect(ended.parentRunId).toBe((await run(71).all())[0]?.id)
      await run(71).ends('completed', 'accepted')
      expect(listTasks(story, 71)).toEqual([])
      const [first] = await run(71).all()
      const detail = (await story.get(`/api/codex/runs/${first?.id}`)) as {
        effects: { kind: string; state: string }[]
      }
      expect(detail.effects.filter(({ kind }) => kind === 'dispatch')).toMatchObject([
        { state: 'replaced' },
      ])
    },
  )

  scenario(
    'is replaced by the rerun of a person: the same number, their prompt, at once',
    async (story) => {
      const { run, post } = story
      await failInCi(story, 72, { check: 'unit' })
      await run(72).ends('needs_iteration', 'ci_failed')
      const body = {
        repository: 'acme/widgets',
        issue_number: 72,
        prompt: 'Do it with a for loop.',
      }
      const key = { 'idempotency-key': 'once-72' }
      const first = await post('/api/codex/rerun', body, key)
      expect(first).toMatchObject({ status: 202, body: { ok: true, run: { issueNumber: 72 } } })
      const { task } = await waitForDispatch(story, 72, 1)
      expect(task).toMatchObject({
        prompt: 'Do it with a for loop.',
        deliveryId: expect.stringMatching(/attempt-2$/),
      })
      expect(await post('/api/codex/rerun', body, key)).toMatchObject({
        status: 202,
        body: first.body,
      })
      expect((await post('/api/codex/rerun', { ...body, prompt: 'Other.' }, key)).status).toBe(422)
      await run(72).settles()
      expect(story.dispatcher.log.filter(({ task }) => task.issueNumber === 72n)).toHaveLength(1)
    },
  )

  scenario('is withdrawn when a person accepts the run', async (story) => {
    const { run, act } = story
    await failInCi(story, 73, { check: 'unit' })
    const { id } = await run(73).ends('needs_iteration', 'ci_failed')
    expect(
      (await act(id, 'override', { outcome: 'completed', reason: 'good enough' })).status,
    ).toBe(202)
    await run(73).ends('completed', 'decided_by_person')
    const effects = await run(73).settles()
    expect(effects('dispatch')).toMatchObject([{ state: 'replaced' }])
    expect(listTasks(story, 73)).toEqual([])
  })

  scenario('cannot be requested while an attempt is open', async (story) => {
    const { agent, github, run, post } = story
    await agent.finishes({ issue: 74 }, ({ pull }) => github.checks(pull).start('unit'))
    await run(74).waitsIn('waiting_for_ci')
    const answer = await post('/api/codex/rerun', {
      repository: 'acme/widgets',
      issueNumber: 74,
      prompt: 'Again.',
    })
    expect(answer).toMatchObject({ status: 409, body: { code: 'conflict' } })
  })
})

scenarioGroup(
  'a dispatcher',
  { policy: { ...quickPolicy, attempts: { ...quickPolicy.attempts, dispatch_patience: '4s' } } },
  (scenario) => {
    scenario(
      'that is unavailable for a while or loses its answer starts the attempt once',
      async (story) => {
        const { run, dispatcher } = story
        dispatcher.faults.next(
          { when: 'before', answer: answerJson(503, { error: 'starting' }) },
          { when: 'after', answer: hangUp },
        )
        await failInCi(story, 81, { check: 'unit' })
        await waitForDispatch(story, 81, 1)
        const effects = await run(81).settles()
        expect(effects('dispatch')).toMatchObject([{ state: 'done' }])
        expect(listTasks(story, 81)).toHaveLength(1)
        await run(81).ends('needs_iteration', 'ci_failed')
      },
    )
  },
)

scenarioGroup(
  'a dispatcher that fails',
  { policy: { ...quickPolicy, attempts: { ...quickPolicy.attempts, dispatch_patience: '3s' } } },
  (scenario) => {
    scenario(
      'with a 400 or for too long ends the run as dispatch_failed, with the cause',
      async (story) => {
        const { run, dispatcher, discord } = story
        dispatcher.faults.next({ when: 'before', answer: answerJson(400, { error: 'invalid' }) })
        await failInCi(story, 82, { check: 'unit' })
        expect(
          await run(82).comesTo('needed a person', ({ status }) => status === 'needs_human'),
        ).toMatchObject({
          reason: 'dispatch_failed',
          causeReason: 'ci_failed',
          attemptsUsed: 1,
        })
        expect(dispatcher.requests()).toBe(1)

        dispatcher.faults.next(
          ...Array.from({ length: 50 }, () => ({
            when: 'before' as const,
            answer: answerJson(503, {}),
          })),
        )
        await failInCi(story, 83, { check: 'unit' })
        expect(
          await run(83).comesTo('needed a person', ({ status }) => status === 'needs_human'),
        ).toMatchObject({
          reason: 'dispatch_failed',
          causeReason: 'ci_failed',
        })
        await eventually('both messages', () => discord.in(channels.escalation).length === 2)
        expect(dispatcher.started()).toEqual([])
      },
    )
  },
)
