import type { Millis } from '../lib/instant.ts'
import type { Policy } from '../policy/policy.ts'
import { isInfrastructure, type Reason, reasons, usesAttempt } from '../run/reasons.ts'
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

/** What an attempt's change is recognised by. */
export interface ChangeIdentity {
  readonly diffDigest: string | null
  readonly contentDigest: string | null
  readonly originDigest: string | null
}

/** What is the same as in earlier attempts. */
export interface Repetition {
  readonly kind: 'failure' | 'change'
  /** The earlier attempts that this one is equal to, oldest first; at least one. */
  readonly equals: readonly Attempt[]
  /** Whether they and this one follow each other; a change is counted wherever it stands. */
  readonly inARow: boolean
}

/**
 * What has been repeated as many times as policy tolerates, or null: this failure in a row, or this
 * change among all attempts, because attempts that go back and forth make no progress either. An
 * infrastructure failure is none of the attempt's own: it neither counts nor ends a series.
 */
export function detectNoProgress(
  before: readonly Attempt[],
  now: ChangeIdentity & { readonly fingerprint: string },
  rules: Policy['no_progress'],
): Repetition | null {
  const failed = before.filter(isCompared).toSorted((a, b) => a.attempt - b.attempt)
  const other = failed.findLastIndex((one) => one.failureFingerprint !== now.fingerprint)
  const failedAlike = failed.slice(other + 1)
  if (failedAlike.length > 0 && failedAlike.length + 1 >= rules.same_failure)
    return { kind: 'failure', equals: failedAlike, inARow: true }
  const changedAlike = failed.filter((one) => isSameChange(one, now))
  if (changedAlike.length > 0 && changedAlike.length + 1 >= rules.same_diff)
    return {
      kind: 'change',
      equals: changedAlike,
      inARow: changedAlike.every((one) => failed.slice(-changedAlike.length).includes(one)),
    }
  return null
}

/**
 * Whether the agent's own work was judged. One that a newer run replaced after it was sent back
 * counts, too, though it uses no attempt.
 */
function isCompared(attempt: Attempt): boolean {
  if (attempt.status !== 'superseded') return isUsedAttempt(attempt)
  const reason = attempt.record?.reason
  return (
    reason !== undefined && usesAttempt(reason) && reasons[reason].outcomes[0] === 'needs_iteration'
  )
}

/**
 * Whether an attempt made the same change. If the changed files were the same before it, the diffs
 * are equal to the letter. After a rebase, line numbers and context may differ, so the changed lines
 * alone are compared.
 */
function isSameChange({ diffDigest, record }: Attempt, now: ChangeIdentity): boolean {
  if (diffDigest !== null && diffDigest === now.diffDigest) return true
  if (record === null || record.contentDigest === null) return false
  const isOtherOrigin = record.originDigest === null || record.originDigest !== now.originDigest
  return isOtherOrigin && record.contentDigest === now.contentDigest
}
