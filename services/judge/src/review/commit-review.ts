import type { Comment, PullRequest, Reaction, Review, ReviewThread } from '../github/snapshot.ts'
import type { Instant } from '../lib/instant.ts'
import type { CommitSha } from '../run/run.ts'

/**
 * Everything that the review of one commit is judged from, as one successful reading found it;
 * lists in any order.
 */
export interface CommitReview {
  /** The head under review. */
  readonly commit: CommitSha
  readonly pullRequest: Pick<PullRequest, 'author'>
  readonly reviews: readonly Review[]
  readonly threads: readonly ReviewThread[]
  /** Those of the pull request itself. */
  readonly reactions: readonly Reaction[]
  readonly comments: readonly Comment[]
  /** From `reviewableSince`: what names no commit counts only if it came after this. */
  readonly reviewableSince: Instant
  /**
   * The later of `reviewableSince` and the completion's receipt: a run that worked for hours after
   * its push has the whole wait.
   */
  readonly waitStartedAt: Instant
  /** Logins of the Codex reviewer, with or without `[bot]`. */
  readonly codexReviewers: readonly string[]
  /** Logins we comment as. Our comments never count. */
  readonly ourLogins: readonly string[]
  /** When we asked for a review of this head; null: we have not. */
  readonly requestedAt: Instant | null
  /** When the reading was begun. A deadline is over only for a reading made after it. */
  readonly readAt: Instant
}
