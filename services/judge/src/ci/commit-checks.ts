import type { Check, CheckSuite, RequiredCheck } from '../github/snapshot.ts'
import type { Instant } from '../lib/instant.ts'
import type { CommitSha } from '../run/run.ts'

/** Everything that decides the CI outcome of one commit, as one successful reading found it. */
export interface CommitChecks {
  readonly commit: CommitSha
  /** Every check run and status of the commit, including older ones of a name, in any order. */
  readonly checks: readonly Check[]
  /** Every suite of the commit, including older ones, in any order; null if they are not known. */
  readonly suites: readonly CheckSuite[] | null
  /** What the base branch requires; null, which requires nothing, if we may not read it. */
  readonly requiredByBranch: readonly RequiredCheck[] | null
  /**
   * When the commit was visible on GitHub or the completion was received, whichever is later. An
   * accepted re-run restarts the wait.
   */
  readonly waitStartedAt: Instant
  /** The same, but never restarted by a re-run. */
  readonly graceStartedAt: Instant
  /** The context of our own commit status, which never counts: we would wait for ourselves. */
  readonly ourContext: string
  /** Whether we set a check run of this name instead. */
  readonly setsCheckRun: boolean
  /** The re-runs we requested for this commit. */
  readonly reruns: readonly Rerun[]
  /** When the reading began. A deadline has passed only for readings made after it. */
  readonly readAt: Instant
}

/** One request to re-run failed checks. */
export interface Rerun {
  /** When GitHub accepted it; null if it has not answered or has refused. */
  readonly acceptedAt: Instant | null
  readonly refused: boolean
  /** The failures to re-run, as they were when the request was made. */
  readonly failures: readonly FailureIdentity[]
}

/**
 * What identifies one failure of a check. A re-run gives the check another id or another completion
 * time. Comparing times with our request would not work, because GitHub's times are whole seconds
 * of another clock.
 */
export type FailureIdentity = Pick<Check, 'app' | 'name' | 'id' | 'completedAt'>
