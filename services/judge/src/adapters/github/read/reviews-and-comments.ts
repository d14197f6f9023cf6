import type { Comment, Review, ThreadComment } from '../../../github/snapshot.ts'
import { instant } from '../../../lib/instant.ts'
import { commitSha } from '../../../run/run.ts'
import { actorOf } from './actor.ts'
import type { GqlComment, GqlReview, GqlThreadComment } from './answers.ts'
import { textOf } from './text.ts'

/**
 * Reviews as ours. A pending one is a draft that only its author sees. One without a time counts as
 * the oldest possible: a request for changes still stands then, and nothing that must come after
 * the head can be proven by it.
 */
export const reviewsOf = (
  reviews: readonly GqlReview[],
  pullRequestCreatedAt: string,
): readonly Review[] =>
  reviews
    .filter(({ state }) => state !== 'PENDING')
    .map((review) => ({
      author: actorOf(review.author),
      state: review.state,
      body: textOf(review.body),
      commit: commitSha(review.commit?.oid),
      submittedAt: instant(review.submittedAt ?? pullRequestCreatedAt),
      url: textOf(review.url),
    }))

export const commentOf = (comment: GqlComment): Comment => ({
  author: actorOf(comment.author),
  body: textOf(comment.body),
  url: textOf(comment.url),
  createdAt: instant(comment.createdAt),
})

export const threadCommentOf = (comment: GqlThreadComment): ThreadComment => ({
  ...commentOf(comment),
  reviewCommit:
    commitSha(comment.pullRequestReview?.commit?.oid) ?? commitSha(comment.originalCommit?.oid),
})
