import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findQuantile } from './compute-figures.ts'
import { computeInsights, type InsightData } from './compute-insights.ts'
import type { DecidedRun } from './read-insights.ts'

const at = (text: string) => new Date(`2026-12-${text}Z`)
const period = { since: at('05T00:00:00'), until: at('07T12:00:00') }
const previous = { since: at('02T12:00:00'), until: period.since }

const nothing: InsightData = {
  ...{ period, previous, repository: null, truncated: false, decided: [], decidedBefore: [] },
  ...{ costs: [], phases: [], hanging: [], usual: new Map(), answers: [], answersBefore: [] },
  ...{ labels: [], flaky: [] },
}
let made = 0
const run = (given: Partial<DecidedRun>): DecidedRun => {
  made += 1
  return {
    ...{ id: `run-${made}`, repository: 'Acme/Widgets', repository_key: 'acme/widgets' },
    ...{ issue_number: made, attempt: 1, status: 'completed', reason: 'accepted' },
    ...{ decided_at: at('06T10:00:00'), finished_at: at('06T09:58:00') },
    ...{ ci_awaited_at: null, ci_concluded_at: null },
    ...{ cost_usd: 0.25, confidence: 0.9, policy_version: 'p1', prompt_version: 'v1' },
    ...given,
  }
}
const figure = (data: Partial<InsightData>, name: string) =>
  computeInsights({ ...nothing, ...data }).figures.find((one) => one.name === name)

test('of nothing there is no rate, and every plot says so', () => {
  const view = computeInsights(nothing)
  expect(view).toMatchObject({ decisions: 0, enough: false, reasons: [], phases: [], marks: [] })
  expect(view.figures.map(({ value }) => value)).toEqual([0, null, null, null, null, null])
  expect(view.days.map(({ day }) => day)).toEqual(['2026-12-05', '2026-12-06', '2026-12-07'])
  for (const sentence of Object.values(view.sentences)) expect(sentence).toMatch(/\.$/)
  expect(view.sentences.figures).toBe('Too few decisions yet to say. There were 0 decisions.')
})

test('rates are enough from 20 decisions on', () => {
  const some = (n: number) => Array.from({ length: n }, () => run({}))
  expect(computeInsights({ ...nothing, decided: some(19) }).enough).toBe(false)
  expect(computeInsights({ ...nothing, decided: some(20) }).enough).toBe(true)
})

test('an issue counts once, with the attempt that completed it', () => {
  const decided = [
    run({ issue_number: 7, attempt: 1, status: 'needs_iteration', reason: 'ci_failed' }),
    run({ issue_number: 7, attempt: 2 }),
    run({ issue_number: 8 }),
    run({ issue_number: 8, attempt: 3, repository_key: 'acme/other' }),
  ]
  expect(figure({ decided }, 'issuesCompleted')).toMatchObject({ value: 3, before: null })
  expect(figure({ decided }, 'firstAttempt')).toMatchObject({ value: 0.3333, count: 3 })
  expect(figure({ decided }, 'attemptsPerIssue')).toMatchObject({ value: 2 })
  // What failed attempts cost is part of what completing costs.
  expect(figure({ decided }, 'costPerCompleted')).toMatchObject({ value: 0.3333 })
  expect(figure({ decided, decidedBefore: [run({})] }, 'issuesCompleted')?.before).toBe(1)
})

test('a time is a median, and a decision before its completion has none', () => {
  const seconds = [10, 20, 30, 4_000].map((n) =>
    run({ finished_at: new Date(at('06T10:00:00').getTime() - n * 1_000) }),
  )
  const decided = [...seconds, run({ finished_at: at('06T11:00:00') }), run({ finished_at: null })]
  expect(figure({ decided }, 'decisionSeconds')).toMatchObject({ value: 20, p95: 4_000, count: 4 })
  expect(figure({ answers: [60] }, 'answerSeconds')).toMatchObject({ value: 60, before: null })
})

test('a run counts on its day, and what infrastructure ended counts apart', () => {
  const decided = [
    run({ decided_at: at('05T23:59:59') }),
    run({ decided_at: at('06T00:00:00'), status: 'needs_iteration', reason: 'infrastructure' }),
    run({ decided_at: at('06T01:00:00'), status: 'needs_human', reason: 'merge_conflict' }),
    run({ decided_at: at('07T11:00:00'), status: 'closed', reason: 'merged_by_person' }),
  ]
  const costs = [{ day: '2026-12-06', model: 'openai/gpt-5.2', usd: 0.123456 }]
  const { days, sentences } = computeInsights({ ...nothing, decided, costs })
  expect(days).toMatchObject([
    { completed: 1, infrastructure: 0 },
    {
      infrastructure: 1,
      needsIteration: 0,
      needsHuman: 1,
      costByModel: { 'openai/gpt-5.2': 0.1235 },
    },
    { ended: 1 },
  ])
  expect(days[1]?.filter).toBe(
    'since=2026-12-06T00%3A00%3A00.000Z&until=2026-12-07T00%3A00%3A00.000Z',
  )
  expect(sentences.days).toBe(
    '4 decisions, most on 2026-12-06 (2); 1 ended because of infrastructure.',
  )
  expect(sentences.costs).toBe('Judging cost $0.12, of which openai/gpt-5.2 $0.12.')
})

test('reasons are counted without what was completed, against the period before', () => {
  const failed = (reason: string) => run({ status: 'needs_iteration', reason })
  const decided = [failed('ci_failed'), failed('review_threads_open'), failed('ci_failed'), run({})]
  const view = computeInsights({
    ...{ ...nothing, repository: 'acme/widgets' },
    ...{ decided, decidedBefore: [failed('ci_failed')] },
  })
  expect(view.reasons).toMatchObject([
    { reason: 'ci_failed', count: 2, before: 1 },
    { reason: 'review_threads_open', count: 1, before: 0 },
  ])
  expect(view.reasons[0]?.filter).toMatch(/^reason=ci_failed&repository=acme%2Fwidgets&since=/)
  expect(view.sentences.reasons).toBe(
    '"CI failed for the commit" for 2 of 3 runs that did not pass, more than the 1 of the period before.',
  )
})

test('what waits is grouped by what for, and compared with what is usual there', () => {
  const waiting = (id: string, status: string, seconds: number) => ({
    ...{ id, repository: 'acme/widgets', repository_key: 'acme/widgets', issue_number: 3 },
    ...{ issue_title: id === 'b' ? 'Round it' : null, status, seconds },
  })
  const view = computeInsights({
    ...nothing,
    hanging: [waiting('a', 'waiting_for_ci', 50), waiting('b', 'waiting_for_ci', 900)],
    usual: new Map([['acme/widgets', { ci: 100 }]]),
  })
  expect(view.hanging).toMatchObject([
    {
      phase: 'ci',
      filter: 'status=waiting_for_ci',
      runs: [
        { title: 'acme/widgets#3', usualSeconds: 100 },
        { title: 'Round it', waitSeconds: 900 },
      ],
    },
  ])
  expect(view.sentences.hanging).toBe(
    '2 runs wait, 1 over twice the usual time; longest "Round it", for CI.',
  )
})

test('where time went is averaged a run, apart for runs that a person was asked about', () => {
  const timed = (id: string, attempt: number, phase: string, seconds: number) => ({
    ...{ id, attempt, reason: 'accepted', phase, seconds },
  })
  const view = computeInsights({
    ...nothing,
    phases: [
      timed('a', 1, 'agent', 100),
      timed('a', 1, 'waiting_for_ci', 40),
      timed('b', 1, 'waiting_for_ci', 80),
      timed('c', 2, 'pause', 30),
      timed('d', 2, 'needs_human', 5_000),
      timed('d', 2, 'judging', 6),
    ],
  })
  expect(view.phases).toMatchObject([
    { group: 'first', runs: 2, seconds: { agent: 50, ci: 60, review: 0 } },
    { group: 'later', runs: 1, seconds: { pause: 30 } },
    { group: 'person', runs: 1, seconds: { judge: 6 } },
  ])
})

test('a verdict of full confidence is in the last bin, and empty bins are left out', () => {
  const view = computeInsights({
    ...nothing,
    labels: [
      { confidence: 1, agrees: true },
      { confidence: 0.9, agrees: false },
      { confidence: 0.6, agrees: true },
      { confidence: 0, agrees: false },
    ],
  })
  expect(view.calibration).toEqual([
    { from: 0, to: 0.5, count: 1, right: 0 },
    { from: 0.6, to: 0.7, count: 1, right: 1 },
    { from: 0.9, to: 1, count: 2, right: 1 },
  ])
})

test('a change of the policy is one within a repository, and the first version is none', () => {
  const by = (hour: number, repository: string, policy: string, prompt = 'v1') =>
    run({
      ...{ repository, repository_key: repository, policy_version: policy, prompt_version: prompt },
      decided_at: new Date(at('06T00:00:00').getTime() + hour * 3_600_000),
    })
  const oldestFirst = [
    by(1, 'a/a', 'x'),
    by(2, 'b/b', 'y'),
    by(3, 'a/a', 'z'),
    by(4, 'b/b', 'y', 'v2'),
  ]
  expect(computeInsights({ ...nothing, decided: oldestFirst.toReversed() }).marks).toEqual([
    { at: '2026-12-06T03:00:00.000Z', kind: 'policy', text: 'Policy z for a/a' },
    { at: '2026-12-06T04:00:00.000Z', kind: 'prompt', text: 'Prompt v2' },
  ])
})

test('any runs make an answer of finite numbers', () => {
  const runs = fc.array(
    fc
      .record({
        status: fc.constantFrom('completed', 'needs_iteration', 'needs_human', 'closed'),
        reason: fc.constantFrom('accepted', 'ci_failed', 'infrastructure', 'no_such_reason', null),
        attempt: fc.nat(5),
        issue_number: fc.option(fc.nat(3)),
        repository: fc.constantFrom(null, 'a/a', 'b/b'),
        decided_at: fc.date({ min: period.since, max: period.until, noInvalidDate: true }),
        cost_usd: fc.double({ min: 0, max: 100, noNaN: true }),
      })
      .map(run),
    { maxLength: 40 },
  )
  fc.assert(
    fc.property(runs, runs, (decided, decidedBefore) => {
      const view = computeInsights({ ...nothing, decided, decidedBefore })
      const counted = view.days.map((day) =>
        [day.completed, day.needsIteration, day.needsHuman, day.ended, day.infrastructure].reduce(
          (sum, n) => sum + n,
          0,
        ),
      )
      expect(counted.reduce((sum, n) => sum + n, 0)).toBe(decided.length)
      expect(JSON.stringify(view)).not.toMatch(/NaN|Infinity|undefined/)
    }),
  )
})

test.each([
  [[], 0.5, null],
  [[3], 0.95, 3],
  [[1, 2, 3, 4], 0.5, 2],
  [[4, 1, 3, 2, 5], 0.5, 3],
])('the quantile of %j at %d is %j', (values, part, expected) => {
  expect(findQuantile(values, part)).toBe(expected)
})
