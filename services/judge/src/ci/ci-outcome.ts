import type { Check } from '../github/snapshot.ts'
import type { Instant } from '../lib/instant.ts'
import type { CommitSha } from '../run/run.ts'

/** A required check of which nothing exists that meets it. */
export interface MissingCheck {
  readonly name: string
  /** The name, who must report it, and why what exists of the name does not count. */
  readonly text: string
}

/** What CI says about one commit, with the checks behind it. */
export type CiOutcome =
  /** `missing` lists required checks that do not exist yet. */
  | {
      readonly kind: 'pending'
      readonly commit: CommitSha
      readonly open: readonly Check[]
      readonly missing: readonly MissingCheck[]
      readonly failed: readonly Check[]
      readonly because: string
      readonly deadline: Instant
    }
  | {
      readonly kind: 'success'
      readonly commit: CommitSha
      readonly passed: readonly Check[]
      readonly because: string
      readonly concludedAt: Instant | null
    }
  /** Final. `rerunnable` holds the failed checks that may be re-run (`rerun_failed_once`). */
  | {
      readonly kind: 'failure'
      readonly commit: CommitSha
      readonly failed: readonly Check[]
      readonly passed: readonly Check[]
      readonly rerunnable: readonly Check[]
      readonly because: string
      readonly concludedAt: Instant | null
    }
  | {
      readonly kind: 'action_required'
      readonly commit: CommitSha
      readonly checks: readonly Check[]
      readonly because: string
    }
  /** No check, none that succeeded, or not every required one appeared in time. */
  | {
      readonly kind: 'missing'
      readonly commit: CommitSha
      readonly missing: readonly MissingCheck[]
      readonly because: string
    }
  /** A check started and did not finish in time. */
  | {
      readonly kind: 'timeout'
      readonly commit: CommitSha
      readonly open: readonly Check[]
      readonly failed: readonly Check[]
      readonly because: string
    }
