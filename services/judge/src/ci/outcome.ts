import type { Check } from '../github/snapshot.ts'
import type { Instant } from '../lib/instant.ts'
import type { CommitSha } from '../run/run.ts'

/** What CI says about one commit. Every member carries the checks it was made from. */
export type CiOutcome =
  /** `missing` names required checks of which nothing exists yet. */
  | {
      readonly kind: 'pending'
      readonly commit: CommitSha
      readonly open: readonly Check[]
      readonly missing: readonly string[]
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
  /**
   * Final and red. `rerunnable` are those a policy may ask GitHub to run once more (see
   * `rerun_failed_once`).
   */
  | {
      readonly kind: 'failure'
      readonly commit: CommitSha
      readonly failed: readonly Check[]
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
  /**
   * Nothing (or nothing but neutral, or not a required one) ever came, and the time for it is over.
   */
  | {
      readonly kind: 'missing'
      readonly commit: CommitSha
      readonly missing: readonly string[]
      readonly because: string
    }
  /** Something started and never ended, and the time for it is over. */
  | {
      readonly kind: 'timeout'
      readonly commit: CommitSha
      readonly open: readonly Check[]
      readonly failed: readonly Check[]
      readonly because: string
    }
