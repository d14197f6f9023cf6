import { expect } from 'vitest'
import {
  answerAway,
  awaitClosed,
  awaitMessage,
  awaitOnlyEscalation,
  awaitStatus,
  countFrom,
  listEscalations,
  quickPolicy,
} from '../harness/escalation-verbs.ts'
import { eventually } from '../harness/run-verbs.ts'
import { scenario } from '../harness/story.ts'
import { answerJson } from '../world/serve.ts'

scenario(
  'attempts that the dispatcher cannot start wait in one question, and start once it is back',
  async (story) => {
    const issues = countFrom(51, 5)
    story.dispatcher.faults.always(answerAway)
    await Promise.all(
      issues.map((issue) =>
        story.agent.finishes({ issue }, ({ pull }) => {
          story.github.codexReviews(pull, [])
          story.github.checks(pull).fail('unit')
        }),
      ),
    )
    await awaitStatus(story, issues, 'needs_human')
    const asked = await awaitOnlyEscalation(story, 5)
    expect(asked).toMatchObject({ groupKey: 'dispatch_failed:dispatcher' })
    expect(story.dispatcher.started()).toEqual([])
    story.dispatcher.faults.always(null)
    await awaitStatus(story, issues, 'needs_iteration')
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
  { policy: quickPolicy },
)

scenario(
  'a task that the dispatcher declines is a question of its own, a wrong address is one for all',
  async (story) => {
    const decline = (status: number) =>
      ({ when: 'before', answer: answerJson(status, { error: 'no' }) }) as const
    const failAll = async (issues: readonly number[]) => {
      for (const issue of issues)
        await story.agent.finishes({ issue }, ({ pull }) => {
          story.github.codexReviews(pull, [])
          story.github.checks(pull).fail('unit')
        })
      await awaitStatus(story, issues, 'needs_human')
    }
    story.dispatcher.faults.always(decline(400))
    await failAll([61, 62])
    story.dispatcher.faults.always(decline(404))
    await failAll([63, 64])
    const open = await listEscalations(story, '?state=open')
    expect(open.map(({ groupKey, runs }) => [groupKey, runs.length])).toEqual([
      ['dispatch_failed:dispatcher', 2],
      [null, 1],
      [null, 1],
    ])
  },
  { policy: quickPolicy },
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
    expect(statuses.map(({ description }) => description).join()).not.toContain('another attempt')
    expect(statuses.at(-1)?.state).toBe('error')
    await awaitMessage(story, 'DISPATCHER_URL')
    const [asked] = await listEscalations(story, '?state=open')
    expect(asked?.options.map(({ id }) => id)).not.toContain('rerun')
    expect((await story.act(asked?.runId ?? '', 'rerun')).status).toBe(409)
  },
  { policy: quickPolicy, env: { DISPATCHER_URL: '' } },
)
