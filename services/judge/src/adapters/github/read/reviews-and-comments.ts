import type {
  Association,
  Authorship,
  Comment,
  Review,
  ThreadComment,
} from '../../../github/snapshot.ts'
import { toInstant, toInstantOrNull } from '../../../lib/instant.ts'
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
      ...toAuthorship(review),
      state: review.state,
      body: readText(review.body),
      commit: parseCommitSha(review.commit?.oid),
      submittedAt: toInstant(review.submittedAt ?? pullRequestCreatedAt),
      url: readText(review.url),
    }))

export const toComment = (comment: GqlComment): Comment => ({
  ...toAuthorship(comment),
  body: readText(comment.body),
  url: readText(comment.url),
  createdAt: toInstant(comment.createdAt),
  editedAt: toInstantOrNull(comment.lastEditedAt),
})

export const toThreadComment = (comment: GqlThreadComment): ThreadComment => ({
  ...toAuthorship(comment),
  body: readText(comment.body),
  url: readText(comment.url),
  createdAt: toInstant(comment.createdAt),
  reviewCommit:
    parseCommitSha(comment.pullRequestReview?.commit?.oid) ??
    parseCommitSha(comment.originalCommit?.oid),
  lastCommit: parseCommitSha(comment.lastCommit?.oid),
})

const associations: Readonly<Record<string, Association>> = {
  OWNER: 'owner',
  MEMBER: 'member',
  COLLABORATOR: 'collaborator',
}

/** GitHub's association in its REST and GraphQL spelling; null if the answer has none. */
export const toAssociation = (from: string | null | undefined): Association | null =>
  from ? (associations[from.toUpperCase()] ?? 'other') : null

const toAuthorship = ({
  author,
  authorAssociation,
}: Pick<GqlComment, 'author' | 'authorAssociation'>): Authorship => ({
  author: toActor(author),
  association: toAssociation(authorAssociation),
})
