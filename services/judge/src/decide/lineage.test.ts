import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shipped } from '../../../../test/harness/accepted-facts.ts'
import { outcomes } from '../../../../test/harness/attempt-outcomes.ts'
import {
  createIssueLife,
  type IssueLife,
  type LifeEvent,
} from '../../../../test/harness/issue-life.ts'
import type { Policy } from '../policy/policy.ts'
import { reasons } from '../run/reasons.ts'
import type { PersonAction } from './decide-person-action.ts'

const SECOND = 1_000
const HOUR = 3_600_000
const MAX_AGENT_USD = 1

const policies: fc.Arbitrary<Policy> = fc
  .record({
    max: fc.integer({ min: 1, max: 4 }),
    backoff: fc.array(fc.constantFrom(SECOND, 60 * SECOND, HOUR), { minLength: 1, maxLength: 3 }),
    infrastructure_max: fc.integer({ min: 0, max: 4 }),
    models: fc.constantFrom([], ['openai/gpt-5.2'], ['openai/gpt-5.2', 'anthropic/claude']),
    run_usd: fc.constantFrom(0.25, 0.5, 2),
    issue_usd: fc.constantFrom(0, 0.25, 0.6, 1.5, 10, 10),
    repository_day_usd: fc.constantFrom(0.5, 50, 50),
    count_agent: fc.boolean(),
    same: fc.integer({ min: 2, max: 4 }),
  })
  .map(({ max, backoff, infrastructure_max, models, count_agent, same, ...usd }) => ({
    ...shipped,
    attempts: { ...shipped.attempts, max, backoff, infrastructure_max },
    judge: { ...shipped.judge, models },
    budget: { ...shipped.budget, ...usd, count_agent },
    no_progress: { same_failure: same, same_diff: same },
  }))

const actions: fc.Arbitrary<PersonAction> = fc.oneof(
  fc.record({
    kind: fc.constant('grant' as const),
    attempts: fc.integer({ min: 1, max: 2 }),
    usd: fc.constantFrom(null, null, 0.5),
  }),
  fc.constant({ kind: 'rerun' as const, prompt: null, note: null }),
  fc.constantFrom<PersonAction[]>({ kind: 'rejudge' }, { kind: 'resume' }),
  fc.constant({ kind: 'stop' as const, reason: 'enough' }),
  fc.record({
    kind: fc.constant('override' as const),
    outcome: fc.constantFrom('completed' as const, 'needs_human' as const, 'closed' as const),
    reason: fc.constant('decided'),
  }),
)

const events: fc.Arbitrary<LifeEvent> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('arrives' as const),
      outcome: outcomes,
      agentUsd: fc.constantFrom(0, 0.1, MAX_AGENT_USD),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('passes' as const),
      time: fc.constantFrom(SECOND, 60 * SECOND, 2 * HOUR, 2 * HOUR, 24 * HOUR, 15 * 24 * HOUR),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'declines' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'recovers' as const }) },
  {
    weight: 2,
    arbitrary: actions.map((action) => ({ kind: 'acts' as const, action })),
  },
)

/** Plays the events one by one, and checks the life after each of them. */
const holdsForWholeLives = (
  check: (life: IssueLife, policy: Policy) => void,
  parameters: fc.Parameters<[Policy, LifeEvent[]]> = { numRuns: 300 },
): void => {
  fc.assert(
    fc.property(policies, fc.array(events, { maxLength: 25 }), (policy, all) => {
      const life = createIssueLife(policy)
      for (const event of all) {
        life.play(event)
        check(life, policy)
      }
    }),
    parameters,
  )
}

const accepted = (life: IssueLife, after: 'agent' | 'infrastructure') =>
  life.dispatches.filter((one) => one.after === after && one.state === 'accepted')
const sum = (amounts: readonly number[]): number => amounts.reduce((a, b) => a + b, 0)
/** The runs that still count, whose work was judged or whose infrastructure failed. */
const listEnded = (life: IssueLife, work: 'agent' | 'infrastructure') =>
  life.runs.filter(({ run: { status, reason, causeReason } }) => {
    const why = causeReason ?? reason
    const counts =
      status === 'completed' || status === 'needs_iteration' || status === 'needs_human'
    return counts && why !== null && reasons[why].work === work
  })

/** Infrastructure uses no attempt, and the pause before each one is that of policy. */
function checkPause(life: IssueLife, policy: Policy): void {
  const { backoff } = policy.attempts
  const last = life.runs.at(-1)
  const step = last?.ended
  if (last === undefined || !step || last.run.status !== 'needs_iteration') return
  const dispatch = life.dispatches.at(-1)
  if (dispatch?.after === null || dispatch?.state !== 'pending') return
  const work = last.run.reason === 'infrastructure' ? 'infrastructure' : 'agent'
  const failures = listEnded(life, work)
  const pause = backoff[Math.min(failures.length, backoff.length) - 1]
  expect(dispatch.dueAt - dispatch.plannedAt).toBe(pause)
  expect(step.attemptsUsed).toBe(listEnded(life, 'agent').length)
}

test('over the whole life of an issue, attempts, pauses and money stay within policy and what people grant', () => {
  holdsForWholeLives((life, policy) => {
    checkPause(life, policy)
    const { max, infrastructure_max, backoff } = policy.attempts
    const { budget, judge } = policy

    // The first attempt is given; every further one that the service starts must be allowed.
    expect(accepted(life, 'agent').length).toBeLessThan(max + life.grantedAttempts)
    expect(accepted(life, 'infrastructure').length).toBeLessThan(Math.max(1, infrastructure_max))

    // One attempt at a time, each with a number of its own.
    const ordinals = life.dispatches.map(({ ordinal }) => ordinal)
    expect(new Set(ordinals).size).toBe(ordinals.length)
    expect(life.dispatches.filter(({ state }) => state === 'pending').length).toBeLessThan(2)

    for (const { after, plannedAt, dueAt, leftUsd } of life.dispatches) {
      if (after === null) continue
      expect(dueAt - plannedAt).toBeGreaterThanOrEqual(Math.min(...backoff))
      if (judge.models.length > 0)
        expect(leftUsd).toBeGreaterThanOrEqual(budget.unknown_call_usd - 1e-6)
      else if (budget.count_agent) expect(leftUsd).toBeGreaterThan(0)
    }

    // A question is asked only if the run and the issue can pay for it.
    const granted = life.grantedUsd + 1e-6
    for (const { judgeUsd } of life.runs)
      expect(judgeUsd).toBeLessThanOrEqual(budget.run_usd + granted)
    expect(sum(life.runs.map(({ judgeUsd }) => judgeUsd))).toBeLessThanOrEqual(
      budget.issue_usd + granted,
    )
    // A life is played within one budget of the day, which no one can raise.
    expect(sum(life.runs.map(({ judgeUsd }) => judgeUsd))).toBeLessThanOrEqual(
      budget.repository_day_usd + 1e-6,
    )
    // What agents cost is known afterwards: the last one may overspend, and those of people.
    const spent = sum(life.runs.map(({ judgeUsd, agentUsd }) => judgeUsd + agentUsd))
    const byPeople = life.runs.filter(({ startedBy }) => startedBy !== 'service').length
    expect(spent).toBeLessThanOrEqual(budget.issue_usd + granted + (byPeople + 1) * MAX_AGENT_USD)

    expect(life.longest).toBeLessThan(20)
  })
})

test('the lives that are played reach every way in which one can stop', () => {
  const ends = new Set<string>()
  const kinds = new Set<string>()
  holdsForWholeLives(
    (life) => {
      for (const { run } of life.runs) ends.add(`${run.status}/${run.reason}`)
      for (const { after, state } of life.dispatches) kinds.add(`${after}: ${state}`)
    },
    { numRuns: 400, seed: 9 },
  )
  expect([...ends]).toEqual(
    expect.arrayContaining([
      'completed/accepted',
      'needs_iteration/ci_failed',
      'needs_iteration/infrastructure',
      'needs_human/attempts_exhausted',
      'needs_human/infrastructure_exhausted',
      'needs_human/budget_exhausted',
      'needs_human/no_progress',
      'needs_human/outage',
      'needs_human/judge_unavailable',
      'needs_human/low_confidence',
      'needs_human/dispatch_failed',
      'superseded/newer_run',
      'closed/stopped_by_person',
      'closed/unanswered',
    ]),
  )
  expect([...kinds]).toEqual(
    expect.arrayContaining([
      'agent: accepted',
      'agent: withdrawn',
      'agent: declined',
      'infrastructure: accepted',
      'null: accepted',
    ]),
  )
})
