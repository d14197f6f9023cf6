import type { Comment, Review, ThreadComment } from '../../../github/snapshot.ts'
import { toInstant } from '../../../lib/instant.ts'
import { parseCommitSha } from '../../../run/run.ts'
import { toActor } from './actor.ts'
import type { GqlComment, GqlReview, GqlThreadComment } from './graphql-types.ts'
import { readText } from './text.ts'

/**
 * Converts reviews, without pending ones (drafts that only their author sees). A review without a
 * time counts as submitted when the pull request was created: its request for changes still stands,
 * and it proves nothing that must come after the head.
 */
export const toReviews = (
  reviews: readonly GqlReview[],
  pullRequestCreatedAt: string,
): readonly Review[] =>
  reviews
    .filter(({ state }) => state !== 'PENDING')
    .map((review) => ({
      author: toActor(review.author),
      state: review.state,
      body: readText(review.body),
      commit: parseCommitSha(review.commit?.oid),
      submittedAt: toInstant(review.submittedAt ?? pullRequestCreatedAt),
      url: readText(review.url),
    }))

export const toComment = (comment: GqlComment): Comment => ({
  author: toActor(comment.author),
  body: readText(comment.body),
  url: readText(comment.url),
  createdAt: toInstant(comment.createdAt),
})

export const toThreadComment = (comment: GqlThreadComment): ThreadComment => ({
  ...toComment(comment),
  reviewCommit:
    parseCommitSha(comment.pullRequestReview?.commit?.oid) ??
    parseCommitSha(comment.originalCommit?.oid),
})
