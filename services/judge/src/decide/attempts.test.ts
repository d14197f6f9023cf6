import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  createAcceptedFacts,
  createSibling,
  createVerdict,
  failing,
  minute,
  now,
  shipped,
} from '../../../../test/harness/accepted-facts.ts'
import { anyFactsWith } from '../../../../test/harness/arbitrary-facts.ts'
import { policies, siblings } from '../../../../test/harness/arbitrary-state.ts'
import { addMillis } from '../lib/instant.ts'
import { isInfrastructure, usesAttempt } from '../run/reasons.ts'
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
      if (step.kind !== 'end' || !step.effects.some(({ effect }) => effect.kind === 'dispatch'))
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

test('a second equal failure or equal diff in a row is no progress, unless another one is in between', () => {
  const of = { fingerprint: 'same', diffDigest: 'd' }
  const twice = { same_failure: 2, same_diff: 2 }
  const same = (n: number) => createFailed(n, { failureFingerprint: 'same' })
  expect(detectNoProgress([], of, twice)).toBeNull()
  expect(detectNoProgress([same(1)], of, twice)).toContain('2 times')
  expect(detectNoProgress([same(1), createFailed(2)], of, twice)).toBeNull()
  expect(
    detectNoProgress([createFailed(1), createFailed(2, { diffDigest: 'd' })], of, twice),
  ).toContain('the same change was submitted')
  expect(
    detectNoProgress([createFailed(1, { diffDigest: null })], { ...of, diffDigest: null }, twice),
  ).toBeNull()
  expect(detectNoProgress([same(1)], of, { same_failure: 3, same_diff: 3 })).toBeNull()
  expect(detectNoProgress([same(1), same(2)], of, { same_failure: 3, same_diff: 3 })).toContain(
    '3 times',
  )
  const broken = createFailed(2, { reason: 'infrastructure', failureFingerprint: 'broken' })
  expect(detectNoProgress([same(1), broken], of, twice)).toContain('2 times')
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
