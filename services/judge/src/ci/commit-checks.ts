import type { Check } from '../github/snapshot.ts'
import type { Instant } from '../lib/instant.ts'
import type { CommitSha } from '../run/run.ts'

/** Everything that CI of one commit is judged from, as one successful reading found it. */
export interface CommitChecks {
  readonly commit: CommitSha
  /** Every check run and status of the commit, older ones of the same name too, in any order. */
  readonly checks: readonly Check[]
  /** Names the base branch requires; null where we may not see them, which demands nothing. */
  readonly requiredByBranch: readonly string[] | null
  /**
   * The later of: commit visible on GitHub, completion received. An accepted re-run starts it once
   * more.
   */
  readonly waitStartedAt: Instant
  /** The same moment without the re-run. */
  readonly graceStartedAt: Instant
  /** The context of our own commit status, which never counts: we would wait for ourselves. */
  readonly ourContext: string
  /** What we asked GitHub to run again for this commit, one entry a request; empty: nothing yet. */
  readonly reruns: readonly Rerun[]
  /** When the reading was begun. A deadline is over only for a reading made after it. */
  readonly readAt: Instant
}

/** One request to run failed checks again, as far as it has got. */
export interface Rerun {
  /** When GitHub accepted it; null while it has not answered, or if it refused. */
  readonly acceptedAt: Instant | null
  readonly refused: boolean
  /** The failures it is to repeat, as they were seen when it was asked for. */
  readonly failures: readonly SeenFailure[]
}

/**
 * A failure recognised by what GitHub says of it and not by our clock: a re-run gives the check
 * another id, or another end. GitHub's times are whole seconds of another clock, so "older than our
 * request" cannot be told from a time.
 */
export type SeenFailure = Pick<Check, 'app' | 'name' | 'id' | 'completedAt'>
