import type { Comment } from '../github/snapshot.ts'
import { type Instant, latest } from '../lib/instant.ts'
import type { ReviewPolicy } from '../policy/policy.ts'
import type { CommitReview } from './commit-review.ts'
import { isCodexMention, isReviewRequest } from './parse-codex-text.ts'
import { isAuthor, isBot, isCodex, isOurs, isPerson } from './people.ts'

/**
 * When a review of this head was last requested: by us, the author, a person or a bot. Null if it
 * was not. A stranger's request does not count: the reviewer refuses those without an account, and
 * they must neither prevent ours nor end the wait.
 */
export function findLastRequest(seen: CommitReview, policy: ReviewPolicy): Instant | null {
  const times = seen.comments
    .filter(
      (comment) =>
        comment.createdAt > seen.reviewableSince &&
        isReviewRequest(comment.body) &&
        mayRequest(comment, seen, policy),
    )
    .map(({ createdAt }) => createdAt)
  if (times.length > 0) return latest(...times)
  return seen.requestedAt
}

/** True if everyone who asked the reviewer for anything before then was a stranger. */
export function onlyStrangersAsked(
  seen: CommitReview,
  { before, policy }: { readonly before: Instant; readonly policy: ReviewPolicy },
): boolean {
  if (seen.requestedAt !== null && seen.requestedAt <= before) return false
  const mentions = seen.comments.filter(
    (comment) =>
      comment.createdAt > seen.reviewableSince &&
      comment.createdAt <= before &&
      isCodexMention(comment.body) &&
      (isOurs(comment.author, seen) || !isCodex(comment.author, seen)),
  )
  return mentions.length > 0 && !mentions.some((comment) => mayRequest(comment, seen, policy))
}

const mayRequest = (comment: Comment, seen: CommitReview, policy: ReviewPolicy): boolean =>
  isOurs(comment.author, seen) ||
  (!isCodex(comment.author, seen) &&
    (isBot(comment.author) || isAuthor(comment.author, seen) || isPerson(comment, seen, policy)))
