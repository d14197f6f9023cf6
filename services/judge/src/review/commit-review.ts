import type { Comment, PullRequest, Reaction, Review, ReviewThread } from '../github/snapshot.ts'
import type { Instant } from '../lib/instant.ts'
import type { CommitSha } from '../run/run.ts'

/**
 * Everything that decides the review outcome of one commit, as one successful reading found it; the
 * lists are in any order.
 */
export interface CommitReview {
  /** The head under review. */
  readonly commit: CommitSha
  readonly pullRequest: Pick<PullRequest, 'author'>
  readonly reviews: readonly Review[]
  readonly threads: readonly ReviewThread[]
  /** The reactions to the pull request itself. */
  readonly reactions: readonly Reaction[]
  readonly comments: readonly Comment[]
  /** From `computeReviewableSince`: what names no commit only counts if it is newer. */
  readonly reviewableSince: Instant
  /**
   * `reviewableSince`, or when the completion was received if that is later, so that a run that
   * worked on for hours after its push gets the full wait.
   */
  readonly waitStartedAt: Instant
  /** Logins of the Codex reviewer, with or without `[bot]`. */
  readonly codexReviewers: readonly string[]
  /** The logins that we comment as; our comments never count. */
  readonly ourLogins: readonly string[]
  /** The commits that were seen as heads of the branch, in any order. */
  readonly heads: readonly { readonly sha: CommitSha; readonly firstSeenAt: Instant }[]
  /** When we requested a review of this head; null if we have not. */
  readonly requestedAt: Instant | null
  /** When the reading began. A deadline has passed only for readings made after it. */
  readonly readAt: Instant
}
