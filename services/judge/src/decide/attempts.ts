import type { Millis } from '../lib/instant.ts'
import type { Policy } from '../policy/policy.ts'
import { isGround, type Reason, usesAttempt } from '../run/reasons.ts'
import type { Attempt } from '../run/run.ts'

/*
 * Functions of an issue's attempts alone: how many were used, whether another is allowed and when,
 * and whether they get anywhere. A local loop without GitHub uses the same.
 */

/**
 * What really failed: the reason beneath `attempts_exhausted`, `no_progress` and the like, where
 * there is one.
 */
const beneath = ({ causeReason, reason }: Pick<Attempt, 'causeReason' | 'reason'>): Reason | null =>
  causeReason ?? reason

/**
 * Attempts whose own work was judged. Infrastructure's failures, superseded and closed runs use
 * none.
 */
export const attemptsUsed = (attempts: readonly Attempt[]): number =>
  attempts.filter((one) => judged(one) && usesAttempt(beneath(one) ?? 'newer_run')).length

const groundFailures = (attempts: readonly Attempt[]): number =>
  attempts.filter((one) => judged(one) && isGround(beneath(one) ?? 'newer_run')).length

const judged = ({ status }: Attempt): boolean =>
  status === 'completed' || status === 'needs_iteration' || status === 'needs_human'

export type Allowance =
  | { readonly kind: 'again'; readonly wait: Millis; readonly used: number }
  | {
      readonly kind: 'exhausted'
      readonly reason: 'attempts_exhausted' | 'infrastructure_exhausted'
      readonly used: number
    }

/**
 * Whether the issue gets another attempt after this failure, and after how long. `before`: the
 * issue's earlier runs.
 */
export function allowance(
  before: readonly Attempt[],
  failure: Reason,
  rules: { attempts: Policy['attempts']; granted: number },
): Allowance {
  const { max, backoff, infrastructure_max } = rules.attempts
  const used = attemptsUsed(before) + (usesAttempt(failure) ? 1 : 0)
  if (isGround(failure)) {
    const failures = groundFailures(before) + 1
    if (failures >= infrastructure_max)
      return { kind: 'exhausted', reason: 'infrastructure_exhausted', used }
    return { kind: 'again', wait: pick(backoff, failures - 1), used }
  }
  if (used >= max + rules.granted) return { kind: 'exhausted', reason: 'attempts_exhausted', used }
  return { kind: 'again', wait: pick(backoff, used - 1), used }
}

/** The n-th wait; the last one from then on. */
const pick = (backoff: readonly Millis[], n: number): Millis =>
  backoff[Math.min(n, backoff.length - 1)] ?? 0

/**
 * True when this failure, or this very change, has now come as many times in a row as policy
 * tolerates: asking again would buy the same again. Only judged attempts count; what infrastructure
 * broke in between says nothing about the work.
 */
export function noProgress(
  before: readonly Attempt[],
  now: { fingerprint: string; diffDigest: string | null },
  rules: Policy['no_progress'],
): string | null {
  const line = before.filter((one) => judged(one) && usesAttempt(beneath(one) ?? 'newer_run'))
  const sameFailure = inARow(line, (one) => one.failureFingerprint === now.fingerprint)
  if (sameFailure + 1 >= rules.same_failure && sameFailure > 0)
    return `it failed in the same way ${sameFailure + 1} times in a row`
  const sameDiff =
    now.diffDigest === null ? 0 : inARow(line, (one) => one.diffDigest === now.diffDigest)
  if (sameDiff + 1 >= rules.same_diff && sameDiff > 0)
    return `the change was the same ${sameDiff + 1} times in a row`
  return null
}

function inARow(line: readonly Attempt[], same: (one: Attempt) => boolean): number {
  const broken = line.toReversed().findIndex((one) => !same(one))
  return broken === -1 ? line.length : broken
}
