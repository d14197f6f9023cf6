import { actorView, commitView, refView } from './commit-views.ts'
import { conversationView, issueView } from './issue-views.ts'
import { connection, type PageArgs } from './page.ts'
import { baseShaOf, mergeableOf, mergeStateOf } from './requirements.ts'
import type { Pull, Repository, Review, Thread, ThreadComment, World } from './state.ts'

export function pullView(world: World, repository: Repository, pull: Pull) {
  const mergeable = mergeableOf(pull)
  const mergeStateStatus = mergeStateOf(repository, pull)
  return {
    ...issueView(world, repository, pull),
    id: `PR_${pull.id}`,
    url: `https://github.com/${repository.fullName}/pull/${pull.number}`,
    ...conversationView(world, repository, pull, 'pull'),
    state: pull.merged ? 'MERGED' : pull.state.toUpperCase(),
    isDraft: pull.draft,
    isCrossRepository: pull.headRepository.toLowerCase() !== repository.fullName.toLowerCase(),
    headRepository: { nameWithOwner: pull.headRepository },
    mergeable: () => {
      pull.unknownLooks = Math.max(0, pull.unknownLooks - 1)
      return mergeable
    },
    mergeStateStatus,
    merged: pull.merged,
    mergedBy: pull.merged && pull.closedBy ? actorView(world, pull.closedBy) : null,
    closedAt: pull.closedAt,
    headRefName: pull.headBranch.replace(/^.*:/, ''),
    headRefOid: pull.head,
    headRef: () => refView(world, repository, pull.headBranch),
    baseRefName: pull.baseBranch,
    baseRefOid: baseShaOf(repository, pull),
    baseRef: () => refView(world, repository, pull.baseBranch),
    commits: (args: PageArgs) =>
      connection('commits', [{ commit: commitView(world, repository, pull.head, pull) }], args),
    reviews: (args: PageArgs) =>
      connection(
        'reviews',
        pull.reviews.map((one) => reviewView(world, repository, pull, one)),
        args,
      ),
    reviewThreads: (args: PageArgs) =>
      connection(
        'reviewThreads',
        pull.threads.map((one) => threadView(world, repository, pull, one)),
        args,
      ),
    timelineItems: ({ itemTypes, ...args }: PageArgs & { itemTypes?: readonly string[] }) =>
      connection('timelineItems', timelineOf(world, pull, itemTypes ?? []), args),
  }
}

function timelineOf(world: World, pull: Pull, types: readonly string[]): readonly object[] {
  const ready = pull.readyAt ? [{ __typename: 'ReadyForReviewEvent', createdAt: pull.readyAt }] : []
  const closed =
    pull.closedAt && pull.closedBy
      ? [
          {
            __typename: 'ClosedEvent',
            createdAt: pull.closedAt,
            actor: actorView(world, pull.closedBy),
          },
        ]
      : []
  return [
    ...(types.includes('READY_FOR_REVIEW_EVENT') ? ready : []),
    ...(types.includes('CLOSED_EVENT') ? closed : []),
  ]
}

const reviewView = (world: World, repository: Repository, pull: Pull, review: Review) => ({
  author: actorView(world, review.author),
  state: review.state,
  body: review.body,
  url: `https://github.com/${repository.fullName}/pull/${pull.number}#pullrequestreview-${review.id}`,
  submittedAt: review.submittedAt,
  createdAt: review.submittedAt,
  commit: { oid: review.commit },
})

export const threadView = (world: World, repository: Repository, pull: Pull, thread: Thread) => ({
  __typename: 'PullRequestReviewThread',
  id: thread.id,
  isResolved: thread.resolved,
  isOutdated: thread.outdated,
  path: thread.path,
  line: thread.outdated ? null : thread.line,
  originalLine: thread.line,
  comments: (args: PageArgs) =>
    connection(
      'comments',
      thread.comments.map((one) => threadCommentView(world, repository, pull, one)),
      args,
    ),
})

const threadCommentView = (
  world: World,
  repository: Repository,
  pull: Pull,
  comment: ThreadComment,
) => ({
  author: actorView(world, comment.author),
  body: comment.body,
  url: `https://github.com/${repository.fullName}/pull/${pull.number}#discussion_r${comment.id}`,
  createdAt: comment.createdAt,
  originalCommit: { oid: comment.commit },
  pullRequestReview: comment.review ? reviewView(world, repository, pull, comment.review) : null,
})
