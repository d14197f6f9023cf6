import type { Actor, Review, ReviewThread } from '../github/snapshot.ts'
import type { Instant } from '../lib/instant.ts'
import type { Severity } from '../policy/policy.ts'
import type { CommitSha, WaitItem } from '../run/run.ts'

export interface BlockingThread {
  /** Only with the comments whose authors count; see `isQuotable`. */
  readonly thread: ReviewThread
  readonly severity: Severity | null
  /** The Codex reviewer, or a person. */
  readonly by: 'codex' | 'person'
  readonly history: ThreadHistory
}

/** Findings of the reviewer about the head that stand in no thread, so that nothing resolves them. */
export interface CommentFindings {
  readonly author: Actor
  readonly body: string
  readonly url: string
  /** Each as `P1 Title`. */
  readonly titles: readonly string[]
}

/** What became of a thread by the reviewer or a person. Only resolving it unblocks. */
export interface ThreadHistory {
  readonly id: string
  readonly path: string
  readonly line: number | null
  readonly url: string | null
  readonly openedBy: string | null
  /**
   * The most that happened to it: it was resolved, declined with a reason, answered after its lines
   * changed, or its lines changed.
   */
  readonly became: 'open' | 'resolved' | 'declined' | 'answered' | 'changed'
  readonly resolvedBy: string | null
  /** The first head that was seen without its lines; null if they are unchanged. */
  readonly changedBy: CommitSha | null
  /** The newest reply that declines it. */
  readonly declined: ThreadReply | null
  /** The newest reply by another than the one who opened it. */
  readonly reply: ThreadReply | null
}

export interface ThreadReply {
  readonly by: string
  readonly at: Instant
  /** The words, on one line and cut if they are many. */
  readonly words: string
  readonly url: string
}

/** What the review says about one commit. `status` is what the API shows. */
export type ReviewOutcome = {
  readonly commit: CommitSha
  readonly because: string
  /** The threads of the reviewer and of people, resolved ones too, sorted by place. */
  readonly threadHistories: readonly ThreadHistory[]
} & (
  | { readonly kind: 'not_required' }
  | {
      readonly kind: 'pending'
      readonly deadline: Instant
      /** When to request a review if none has started; null: never, or already requested. */
      readonly requestAt: Instant | null
      readonly status: 'pending' | 'commented'
      /** Whose review is waited for. */
      readonly items: readonly WaitItem[]
    }
  | { readonly kind: 'approved'; readonly status: 'approved' }
  | { readonly kind: 'threads_open'; readonly threads: readonly BlockingThread[] }
  | {
      readonly kind: 'changes_requested'
      readonly reviews: readonly Review[]
      readonly findings: readonly CommentFindings[]
      readonly threads: readonly BlockingThread[]
    }
  | { readonly kind: 'missing'; readonly status: 'pending' | 'commented' }
)
