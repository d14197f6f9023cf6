import type { CiOutcome } from '../ci/ci-outcome.ts'
import type { NamedResult } from '../gates/index.ts'
import type { Check, Review } from '../github/snapshot.ts'
import type { VerdictAnswer } from '../judge/verdict.ts'
import type { BlockingThread, CommentFindings, ReviewOutcome } from '../review/review-outcome.ts'
import type { AttemptRecord, Uptake } from '../run/attempt-record.ts'
import type { Reason } from '../run/reasons.ts'
import type { Attempt } from '../run/run.ts'
import type { Undone } from './undone.ts'

/**
 * Everything that blocks a run: the input of the next prompt and of its review context. `results`
 * may contain passing gates, which are ignored.
 */
export interface Blockers {
  readonly results: readonly NamedResult[]
  readonly ci: CiOutcome | null
  readonly review: ReviewOutcome | null
  /** The telling part of each failed check's log, by `Check.id`; else its summary is shown. */
  readonly logs: ReadonlyMap<number, string>
  /** The verdict that is acted on; null if the judge was not asked. */
  readonly answer: VerdictAnswer | null
  /** The earlier runs, oldest first. */
  readonly attempts: readonly Attempt[]
  /** What an earlier attempt had satisfied and this one does not. */
  readonly undone: readonly Undone[]
  /** What is satisfied now, and must stay so. */
  readonly kept: AttemptRecord['satisfied']
  /** What became of the instructions that this attempt was given. */
  readonly uptake: readonly Uptake[]
}

/** The checks that block the commit: failed ones first, then those that did not end in time. */
export function selectBlockingChecks(ci: CiOutcome | null): readonly Check[] {
  if (ci === null) return []
  switch (ci.kind) {
    case 'failure':
    case 'pending':
      return ci.failed
    case 'timeout':
      return [...ci.failed, ...ci.open]
    case 'action_required':
      return ci.checks
    case 'success':
    case 'missing':
      return []
    default:
      return ci satisfies never
  }
}

export function selectBlockingThreads(review: ReviewOutcome | null): readonly BlockingThread[] {
  return review?.kind === 'threads_open' || review?.kind === 'changes_requested'
    ? review.threads
    : []
}

/** The reviewer's findings that stand in no thread. */
export const selectCommentFindings = (review: ReviewOutcome | null): readonly CommentFindings[] =>
  review?.kind === 'changes_requested' ? review.findings : []

/** The requests for changes that still stand. */
export const selectRequests = (review: ReviewOutcome | null): readonly Review[] =>
  review?.kind === 'changes_requested' ? review.reviews : []

/** `path:line`, or only the path if the thread is about the file or its line is gone. */
export const formatPlace = ({
  path,
  line,
}: {
  readonly path: string
  readonly line: number | null
}): string => (line === null ? path : `${path}:${line}`)

/** The reason why each earlier attempt failed; its cause if it has one. */
export const listFailedAttempts = (
  attempts: readonly Attempt[],
): readonly { readonly attempt: number; readonly reason: Reason }[] =>
  attempts.flatMap(({ attempt, status, reason, causeReason }) => {
    const why = causeReason ?? reason
    return why !== null && (status === 'needs_iteration' || status === 'needs_human')
      ? [{ attempt, reason: why }]
      : []
  })
