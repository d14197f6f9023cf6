import type { Review, ReviewThread } from '../github/snapshot.ts'
import type { Instant } from '../lib/instant.ts'
import type { Severity } from '../policy/policy.ts'
import type { CommitSha } from '../run/run.ts'

export interface BlockingThread {
  readonly thread: ReviewThread
  readonly severity: Severity | null
  /** The Codex reviewer, or a person. */
  readonly by: 'codex' | 'person'
}

/** What the review says about one commit. `status` is what the API shows. */
export type ReviewOutcome =
  | { readonly kind: 'not_required'; readonly commit: CommitSha; readonly because: string }
  | {
      readonly kind: 'pending'
      readonly commit: CommitSha
      readonly because: string
      readonly deadline: Instant
      /** When to request a review if none has started; null: never, or already requested. */
      readonly requestAt: Instant | null
      readonly status: 'pending' | 'commented'
    }
  | {
      readonly kind: 'approved'
      readonly commit: CommitSha
      readonly because: string
      readonly status: 'approved'
    }
  | {
      readonly kind: 'threads_open'
      readonly commit: CommitSha
      readonly threads: readonly BlockingThread[]
      readonly because: string
    }
  | {
      readonly kind: 'changes_requested'
      readonly commit: CommitSha
      readonly reviews: readonly Review[]
      readonly threads: readonly BlockingThread[]
      readonly because: string
    }
  | {
      readonly kind: 'missing'
      readonly commit: CommitSha
      readonly because: string
      readonly status: 'pending' | 'commented'
    }
