import type { Check } from '../github/snapshot.ts'
import type { Instant } from '../lib/instant.ts'
import type { CommitSha } from '../run/run.ts'

/** What CI says about one commit, with the checks behind it. */
export type CiOutcome =
  /** `missing` names required checks that do not exist yet. */
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
  /** Final. `rerunnable` holds the failed checks that may be re-run (`rerun_failed_once`). */
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
  /** No check, none that succeeded, or not every required one appeared in time. */
  | {
      readonly kind: 'missing'
      readonly commit: CommitSha
      readonly missing: readonly string[]
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
