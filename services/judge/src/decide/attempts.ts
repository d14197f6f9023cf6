import type { Millis } from '../lib/instant.ts'
import type { Policy } from '../policy/policy.ts'
import { isInfrastructure, type Reason, usesAttempt } from '../run/reasons.ts'
import type { Attempt } from '../run/run.ts'

/*
 * Rules about the attempts of one issue: how many were used, whether another is allowed and when,
 * and whether they make progress. They need nothing but the attempts, so a local loop without
 * GitHub can use them too.
 */

/** True if the attempt was decided on, so that its failure counts. */
const isJudged = ({ status }: Attempt): boolean =>
  status === 'completed' || status === 'needs_iteration' || status === 'needs_human'

/**
 * What really failed, where the reason itself is `attempts_exhausted`, `no_progress` or the like.
 */
const getUnderlyingReason = ({ causeReason, reason }: Attempt): Reason | null =>
  causeReason ?? reason

function isUsedAttempt(attempt: Attempt): boolean {
  const reason = getUnderlyingReason(attempt)
  return isJudged(attempt) && reason !== null && usesAttempt(reason)
}

function isInfrastructureAttempt(attempt: Attempt): boolean {
  const reason = getUnderlyingReason(attempt)
  return isJudged(attempt) && reason !== null && isInfrastructure(reason)
}

/**
 * How many attempts were used. Infrastructure failures use none, and neither do superseded and
 * closed runs.
 */
export const countUsedAttempts = (attempts: readonly Attempt[]): number =>
  attempts.filter(isUsedAttempt).length

export type Allowance =
  | { readonly kind: 'again'; readonly wait: Millis; readonly used: number }
  | {
      readonly kind: 'exhausted'
      readonly reason: 'attempts_exhausted' | 'infrastructure_exhausted'
      readonly used: number
    }

/**
 * Whether the issue gets another attempt after this failure, and after how long. `before` holds the
 * issue's earlier runs.
 */
export function checkAllowance(
  before: readonly Attempt[],
  failure: Reason,
  rules: { attempts: Policy['attempts']; granted: number },
): Allowance {
  const { max, backoff, infrastructure_max } = rules.attempts
  const used = countUsedAttempts(before) + (usesAttempt(failure) ? 1 : 0)
  if (isInfrastructure(failure)) {
    const failures = before.filter(isInfrastructureAttempt).length + 1
    if (failures >= infrastructure_max)
      return { kind: 'exhausted', reason: 'infrastructure_exhausted', used }
    return { kind: 'again', wait: pickBackoff(backoff, failures - 1), used }
  }
  if (used >= max + rules.granted) return { kind: 'exhausted', reason: 'attempts_exhausted', used }
  return { kind: 'again', wait: pickBackoff(backoff, used - 1), used }
}

/** The n-th wait, from 0; the last one stands for all that follow. */
const pickBackoff = (backoff: readonly Millis[], n: number): Millis =>
  backoff[Math.min(n, backoff.length - 1)] ?? 0

/**
 * What has been repeated, as a clause, if this failure or this very change has now occurred as many
 * times in a row as policy tolerates; otherwise null. Only attempts that were used count: an
 * infrastructure failure in between does not end a series.
 */
export function detectNoProgress(
  before: readonly Attempt[],
  now: { fingerprint: string; diffDigest: string | null },
  rules: Policy['no_progress'],
): string | null {
  const used = before.filter(isUsedAttempt)
  const sameFailure = countTrailing(used, (one) => one.failureFingerprint === now.fingerprint)
  if (sameFailure + 1 >= rules.same_failure && sameFailure > 0)
    return `the same failure occurred ${sameFailure + 1} times in a row`
  const sameDiff =
    now.diffDigest === null ? 0 : countTrailing(used, (one) => one.diffDigest === now.diffDigest)
  if (sameDiff + 1 >= rules.same_diff && sameDiff > 0)
    return `the same change was submitted ${sameDiff + 1} times in a row`
  return null
}

/** How many attempts at the end of the list match. */
function countTrailing(attempts: readonly Attempt[], matches: (one: Attempt) => boolean): number {
  const broken = attempts.toReversed().findIndex((one) => !matches(one))
  return broken === -1 ? attempts.length : broken
}
