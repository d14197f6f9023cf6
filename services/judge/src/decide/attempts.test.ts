import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  createAcceptedFacts,
  createSibling,
  createVerdict,
  failing,
  head,
  minute,
  now,
  shipped,
} from '../../../../test/harness/accepted-facts.ts'
import { anyFactsWith } from '../../../../test/harness/arbitrary-facts.ts'
import { policies } from '../../../../test/harness/arbitrary-policies.ts'
import { siblings } from '../../../../test/harness/arbitrary-state.ts'
import { addMillis } from '../lib/instant.ts'
import { known } from '../lib/known.ts'
import type { Policy } from '../policy/policy.ts'
import type { ReviewOutcome } from '../review/review-outcome.ts'
import type { AttemptRecord } from '../run/attempt-record.ts'
import { isInfrastructure, usesAttempt } from '../run/reasons.ts'
import { type Attempt, parseCommitSha } from '../run/run.ts'
import { checkAllowance, countUsedAttempts, detectNoProgress } from './attempts.ts'
import { decide } from './decide.ts'
import type { Facts } from './facts.ts'

const rules = { attempts: shipped.attempts, granted: 0 }
const createFailed = (n: number, over: Parameters<typeof createSibling>[1] = {}) =>
  createSibling(n, over)
const decideRejected = (before: Facts['siblings'], over: Partial<Facts> = {}) =>
  decide(
    createAcceptedFacts({
      siblings: before,
      verdicts: [createVerdict({ kind: 'valid', answer: failing })],
      ...over,
    }),
    now,
    shipped,
  )

test('three attempts are allowed, each after its own pause, and then a person decides', () => {
  expect(checkAllowance([], 'ci_failed', rules)).toEqual({
    kind: 'again',
    wait: 5 * minute,
    used: 1,
  })
  expect(checkAllowance([createFailed(1)], 'ci_failed', rules)).toEqual({
    kind: 'again',
    wait: 15 * minute,
    used: 2,
  })
  expect(checkAllowance([createFailed(1), createFailed(2)], 'ci_failed', rules)).toEqual({
    kind: 'exhausted',
    reason: 'attempts_exhausted',
    used: 3,
  })
  expect(
    checkAllowance([createFailed(1), createFailed(2)], 'ci_failed', { ...rules, granted: 1 }),
  ).toEqual({
    kind: 'again',
    wait: 45 * minute,
    used: 3,
  })
})

test('infrastructure failures use no attempt and have their own limit', () => {
  const broken = (n: number) => createFailed(n, { reason: 'infrastructure' })
  const four = [1, 2, 3, 4].map(broken)
  expect(checkAllowance(four.slice(0, 3), 'infrastructure', rules)).toEqual({
    kind: 'again',
    wait: 45 * minute,
    used: 0,
  })
  expect(checkAllowance(four, 'missing_commit', rules)).toMatchObject({
    kind: 'exhausted',
    reason: 'infrastructure_exhausted',
  })
  expect(checkAllowance(four, 'ci_failed', rules)).toEqual({
    kind: 'again',
    wait: 5 * minute,
    used: 1,
  })
  const exhausted = createFailed(5, {
    status: 'needs_human',
    reason: 'infrastructure_exhausted',
    causeReason: 'infrastructure',
  })
  expect(countUsedAttempts([...four, exhausted])).toBe(0)
})

test('superseded, closed and unjudged runs use no attempt', () => {
  const unjudged = [
    createFailed(1, { status: 'superseded', reason: 'newer_run' }),
    createFailed(2, { status: 'closed', reason: 'stopped_by_person' }),
    createFailed(3, { status: 'needs_human', reason: 'judge_unavailable' }),
    createFailed(4, { status: 'needs_human', reason: 'decided_by_person' }),
    createFailed(5, { status: 'judging', reason: null }),
  ]
  expect(countUsedAttempts(unjudged)).toBe(0)
  expect(
    countUsedAttempts([
      createFailed(6, {
        status: 'needs_human',
        reason: 'dispatch_failed',
        causeReason: 'ci_failed',
      }),
    ]),
  ).toBe(1)
})

test('no history and no policy allows more attempts than the maximum and the granted ones', () => {
  fc.assert(
    fc.property(anyFactsWith({ siblings }), policies, (facts, policy) => {
      const step = decide(facts, now, policy)
      if (
        step.kind !== 'end' ||
        !step.effects.some(({ effect, skip }) => effect.kind === 'dispatch' && skip === null)
      )
        return
      expect(step.status).toBe('needs_iteration')
      if (usesAttempt(step.reason))
        expect(step.attemptsUsed).toBeLessThan(policy.attempts.max + facts.grantedAttempts)
      const broken = facts.siblings.filter(
        ({ status, reason, causeReason }) =>
          (status === 'needs_iteration' || status === 'needs_human' || status === 'completed') &&
          isInfrastructure(causeReason ?? reason ?? 'newer_run'),
      )
      if (isInfrastructure(step.reason))
        expect(broken.length + 1).toBeLessThan(policy.attempts.infrastructure_max)
    }),
    { numRuns: 500 },
  )
})

test('a dispatch waits for its pause and announces exactly the next number', () => {
  const [dispatch] = decideRejected([createFailed(1)], { nextOrdinal: 7 }).effects.filter(
    ({ effect }) => effect.kind === 'dispatch',
  )
  expect(dispatch).toMatchObject({
    notBefore: addMillis(now, 15 * minute),
    patience: shipped.attempts.dispatch_patience,
    effect: {
      task: { ordinal: 7, deliveryId: expect.stringMatching(/^codex-[0-9a-f]{8}-41-attempt-7$/) },
    },
  })
})

const sample = {
  fingerprint: 'same',
  diffDigest: 'd',
  contentDigest: 'c',
  originDigest: 'origin-2',
}
const twice = { same_failure: 2, same_diff: 2 }
const isRepeated = (
  before: Facts['siblings'],
  rules: Policy['no_progress'] = twice,
  now: typeof sample | (Omit<typeof sample, 'diffDigest'> & { diffDigest: null }) = sample,
) => {
  const found = detectNoProgress(before, now, rules)
  return found === null ? null : [found.kind, ...found.equals.map(({ attempt }) => attempt)]
}
const failedAlike = (n: number, over: Partial<Attempt> = {}) =>
  createFailed(n, { failureFingerprint: 'same', ...over })
const changedAlike = (n: number, over: Partial<Attempt> = {}) =>
  createFailed(n, { diffDigest: 'd', ...over })
const createRecord = (over: Partial<AttemptRecord> = {}): AttemptRecord => ({
  reason: 'ci_failed',
  base: null,
  contentDigest: 'c',
  originDigest: 'origin-1',
  satisfied: { requirements: [], threads: [], checks: [] },
  instructions: [],
  summary: null,
  ...over,
})

test.each<[string, Facts['siblings'], (string | number)[] | null]>([
  ['the first attempt', [], null],
  ['a second equal failure', [failedAlike(1)], ['failure', 1]],
  ['an equal failure with another in between', [failedAlike(1), createFailed(2)], null],
  ['the same change again', [createFailed(1), changedAlike(2)], ['change', 2]],
  ['A, B, A', [changedAlike(1), createFailed(2)], ['change', 1]],
  ['A, B, C, A', [changedAlike(1), createFailed(2), createFailed(3)], ['change', 1]],
  [
    'the same lines after a rebase',
    [createFailed(1, { record: createRecord() }), createFailed(2)],
    ['change', 1],
  ],
  [
    'the same lines, where git does not name the files before',
    [createFailed(1, { record: createRecord({ originDigest: null }) })],
    ['change', 1],
  ],
  [
    'the same lines elsewhere in the same file',
    [createFailed(1, { record: createRecord({ originDigest: 'origin-2' }) })],
    null,
  ],
  [
    'an attempt that an older release judged on another base',
    [createFailed(1, { diffDigest: 'other', record: null })],
    null,
  ],
  [
    'the same change after an infrastructure failure with it',
    [changedAlike(1, { reason: 'infrastructure' })],
    null,
  ],
  [
    'an infrastructure failure between two equal failures',
    [failedAlike(1), createFailed(2, { reason: 'infrastructure', failureFingerprint: 'broken' })],
    ['failure', 1],
  ],
  [
    'a change that was sent back and then replaced by a newer run',
    [changedAlike(1, { status: 'superseded', reason: 'newer_run', record: createRecord() })],
    ['change', 1],
  ],
  [
    'a change that was replaced by a newer run before it was judged',
    [changedAlike(1, { status: 'superseded', reason: 'newer_run' })],
    null,
  ],
  [
    'a change that only lacked a review',
    [
      changedAlike(1, {
        status: 'superseded',
        reason: 'newer_run',
        record: createRecord({ reason: 'review_missing' }),
      }),
    ],
    null,
  ],
])('no progress: %s', (_name, before, expected) => {
  expect(isRepeated(before)).toEqual(expected)
})

test('a change that is not known equals none', () => {
  expect(
    isRepeated([createFailed(1, { diffDigest: null })], twice, { ...sample, diffDigest: null }),
  ).toBeNull()
})

test('policy says how many equal failures, and how many equal changes, are too many', () => {
  const threeTimes = { same_failure: 3, same_diff: 3 }
  expect(isRepeated([failedAlike(1)], threeTimes)).toBeNull()
  expect(isRepeated([failedAlike(1), failedAlike(2)], threeTimes)).toEqual(['failure', 1, 2])
  expect(isRepeated([changedAlike(1), createFailed(2)], threeTimes)).toBeNull()
  expect(isRepeated([changedAlike(1), createFailed(2), changedAlike(3)], threeTimes)).toEqual([
    'change',
    1,
    3,
  ])
})

test('the order in which earlier attempts are listed makes no difference', () => {
  fc.assert(
    fc.property(
      siblings.chain((list) =>
        fc.tuple(fc.constant(list), fc.shuffledSubarray([...list], { minLength: list.length })),
      ),
      fc.record({
        fingerprint: fc.constantFrom('a', 'b'),
        diffDigest: fc.constantFrom('diff-1', 'diff-2', null),
        contentDigest: fc.constantFrom('content-1', 'content-2', null),
        originDigest: fc.constantFrom('origin-1', 'origin-2', null),
      }),
      fc.record({ same_failure: fc.integer({ min: 1, max: 4 }), same_diff: fc.constant(2) }),
      ([list, shuffled], now, rules) => {
        expect(detectNoProgress(shuffled, now, rules)).toEqual(detectNoProgress(list, now, rules))
      },
    ),
  )
})

test('missing items that differ only in a number are different failures', () => {
  const failure = (item: string) => {
    const answer = { ...failing, missing_items: [item] }
    const step = decideRejected([], { verdicts: [createVerdict({ kind: 'valid', answer })] })
    return step.kind === 'end' ? step.fingerprint : null
  }
  expect(failure('case 2 of the table')).not.toBe(failure('case 3 of the table'))
  expect(failure('case 2 of the table')).toBe(failure('Case 2  of the table'))
})

test('other findings of the reviewer outside any thread are another failure', () => {
  const failure = (...titles: readonly string[]) => {
    const author = { login: 'chatgpt-codex-connector', bot: true }
    const review: ReviewOutcome = {
      kind: 'changes_requested',
      commit: head,
      because: titles.join(),
      threadHistories: [],
      threads: [],
      reviews: [],
      findings: [{ author, body: '', url: '', titles }],
    }
    const step = decide(createAcceptedFacts({ review: known(review, now) }), now, shipped)
    return step.kind === 'end' ? step.fingerprint : null
  }
  expect(failure('P1 Off by one')).not.toBe(failure('P1 No test'))
  expect(failure('P1 Off by one', 'P2 No test')).toBe(failure('P2 No test', 'P1 Off by one'))
})

test('no progress is checked before the attempts are counted, goes to a person, and names what failed', () => {
  const first = decideRejected([])
  if (first.kind !== 'end') throw new Error('not decided')
  const before = createSibling(1, {
    reason: 'judge_rejected',
    failureFingerprint: first.fingerprint,
  })
  expect(decideRejected([before])).toMatchObject({
    status: 'needs_human',
    reason: 'no_progress',
    causeReason: 'judge_rejected',
  })
  expect(decideRejected([createFailed(1), { ...before, attempt: 2 }])).toMatchObject({
    reason: 'no_progress',
  })
  expect(decideRejected([createFailed(1), createFailed(2)])).toMatchObject({
    reason: 'attempts_exhausted',
    causeReason: 'judge_rejected',
    attemptsUsed: 3,
  })
  expect(decideRejected([createFailed(1, { diffDigest: 'diff-1' })])).toMatchObject({
    reason: 'no_progress',
  })
})

test('the person who is asked sees which attempts are equal, and in what', () => {
  const url = 'https://github.com/acme/widgets/pull/7'
  const sha = parseCommitSha('ab'.repeat(20))
  const first = decideRejected([])
  if (first.kind !== 'end') throw new Error('not decided')
  const failed = decideRejected(
    [createFailed(1, { failureFingerprint: first.fingerprint, commitSha: sha, prUrl: url })],
    { run: { ...createAcceptedFacts().run, attempt: 2 } },
  )
  expect(failed).toMatchObject({
    because: expect.stringContaining(
      `the same failure occurred 2 times in a row: attempt 1 (commit abababa, ${url}/commits/${sha}) and attempt 2 (commit`,
    ),
    evidence: expect.arrayContaining([
      expect.objectContaining({ kind: 'commit', url: `${url}/commits/${sha}` }),
    ]),
  })
  expect(failed).toMatchObject({
    because: expect.stringContaining('Equal in all: missing item'),
  })
  const changed = decideRejected([createFailed(1, { diffDigest: 'diff-1' }), createFailed(2)], {
    run: { ...createAcceptedFacts().run, attempt: 3 },
  })
  expect(changed).toMatchObject({
    reason: 'no_progress',
    because: expect.stringMatching(
      /the same change was submitted 2 times: attempt 1 \(ci_failed\) and attempt 3 \(judge_rejected.*src\/upload\.ts/,
    ),
  })
})

test('the comparison stays within a message, whatever was compared', () => {
  const long = 'x'.repeat(5_000)
  const many = Array.from({ length: 30 }, (_, n) =>
    changedAlike(n + 1, { diffDigest: 'diff-1', prUrl: `https://github.com/${long}` }),
  )
  const answer = { ...failing, missing_items: Array.from({ length: 50 }, () => long) }
  const step = decideRejected(many, { verdicts: [createVerdict({ kind: 'valid', answer })] })
  expect(step).toMatchObject({ reason: 'no_progress' })
  if (step.kind === 'end') expect(step.because.length).toBeLessThan(1_200)
})

test('the same infrastructure failure twice does not count as no progress', () => {
  const run = createAcceptedFacts().run
  const facts = createAcceptedFacts({
    run: { ...run, claims: { ...run.claims, phase: 'Error', phaseMessage: 'pod deleted' } },
  })
  const first = decide(facts, now, shipped)
  if (first.kind !== 'end') throw new Error('not decided')
  const before = createSibling(1, {
    reason: 'infrastructure',
    failureFingerprint: first.fingerprint,
    diffDigest: 'diff-1',
  })
  expect(decide({ ...facts, siblings: [before] }, now, shipped)).toMatchObject({
    status: 'needs_iteration',
    reason: 'infrastructure',
  })
  // Nor is it one that the change is still the one an earlier attempt failed with.
  const judged = createSibling(1, { reason: 'ci_failed', diffDigest: 'diff-1' })
  expect(decide({ ...facts, siblings: [judged] }, now, shipped)).toMatchObject({
    status: 'needs_iteration',
    reason: 'infrastructure',
  })
})
