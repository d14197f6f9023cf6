import type { Review, ReviewThread } from '../github/snapshot.ts'
import type { Instant } from '../lib/instant.ts'
import type { CommitSha } from '../run/run.ts'

/** Most severe first. */
export const severities = ['P0', 'P1', 'P2', 'P3'] as const
export type Severity = (typeof severities)[number]

export interface BlockingThread {
  readonly thread: ReviewThread
  readonly severity: Severity | null
  /** The Codex reviewer, or a person. */
  readonly by: 'codex' | 'person'
}

/** What review says about one commit. `status` is what the API shows. */
export type ReviewOutcome =
  | { readonly kind: 'not_required'; readonly commit: CommitSha; readonly because: string }
  | {
      readonly kind: 'pending'
      readonly commit: CommitSha
      readonly because: string
      readonly deadline: Instant
      /**
       * When `@codex review` should be asked, if nothing has started by then; null: never, or
       * already asked.
       */
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
