import type { CiOutcome } from '../ci/outcome.ts'
import type { NamedResult } from '../gates/index.ts'
import type { Check } from '../github/snapshot.ts'
import type { Answer } from '../judge/verdict.ts'
import type { BlockingThread, ReviewOutcome } from '../review/outcome.ts'
import type { Reason } from '../run/reasons.ts'
import type { Attempt } from '../run/run.ts'

/**
 * Everything that stands against a run, as `decide` has it: what the next prompt, its review
 * context and the escalation are built from. Passing results may be among `results`; they are left
 * out here.
 */
export interface Red {
  readonly results: readonly NamedResult[]
  readonly ci: CiOutcome | null
  readonly review: ReviewOutcome | null
  /**
   * The end of each failed check's log, by `Check.id`; a check without one speaks through its own
   * summary.
   */
  readonly logs: ReadonlyMap<number, string>
  /** The verdict acted on, if the judge was asked. */
  readonly answer: Answer | null
  /** The earlier runs, oldest first. */
  readonly attempts: readonly Attempt[]
}

/**
 * The checks that stand against the commit: failed ones first, then those that never ended in time.
 */
export function redChecks(ci: CiOutcome | null): readonly Check[] {
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

export function blockingThreads(review: ReviewOutcome | null): readonly BlockingThread[] {
  return review?.kind === 'threads_open' || review?.kind === 'changes_requested'
    ? review.threads
    : []
}

/** `path:line`, or the path alone where the thread is about the file or its line is gone. */
export const placeOf = ({
  path,
  line,
}: {
  readonly path: string
  readonly line: number | null
}): string => (line === null ? path : `${path}:${line}`)

/**
 * Why each of the earlier attempts was sent back: the cause beneath the reason, where there
 * is one.
 */
export const sentBack = (
  attempts: readonly Attempt[],
): readonly { readonly attempt: number; readonly reason: Reason }[] =>
  attempts.flatMap(({ attempt, status, reason, causeReason }) => {
    const why = causeReason ?? reason
    return why !== null && (status === 'needs_iteration' || status === 'needs_human')
      ? [{ attempt, reason: why }]
      : []
  })
