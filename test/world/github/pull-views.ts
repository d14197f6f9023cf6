import { presentActor, presentAuthor, presentCommit, presentRef } from './commit-views.ts'
import { presentConversation, presentIssue } from './issue-views.ts'
import { type PageArgs, paginate } from './page.ts'
import { computeMergeable, computeMergeState, findBaseSha } from './requirements.ts'
import type { GithubState, Pull, Repository, Review, Thread, ThreadComment } from './state.ts'

export function presentPull(world: GithubState, repository: Repository, pull: Pull) {
  const mergeable = computeMergeable(pull)
  const mergeStateStatus = computeMergeState(repository, pull)
  return {
    ...presentIssue(world, repository, pull),
    id: `PR_${pull.id}`,
    url: `https://github.com/${repository.fullName}/pull/${pull.number}`,
    ...presentConversation(world, repository, pull, 'pull'),
    state: pull.merged ? 'MERGED' : pull.state.toUpperCase(),
    isDraft: pull.draft,
    isCrossRepository: pull.headRepository.toLowerCase() !== repository.fullName.toLowerCase(),
    headRepository: { nameWithOwner: pull.headRepository },
    mergeable: () => {
      pull.unknownReads = Math.max(0, pull.unknownReads - 1)
      return mergeable
    },
    mergeStateStatus,
    merged: pull.merged,
    mergedBy: pull.merged && pull.closedBy ? presentActor(world, pull.closedBy) : null,
    closedAt: pull.closedAt,
    headRefName: pull.headBranch.replace(/^.*:/, ''),
    headRefOid: pull.head,
    headRef: () => presentRef(world, repository, pull.headBranch),
    baseRefName: pull.baseBranch,
    baseRefOid: findBaseSha(repository, pull),
    baseRef: () => presentRef(world, repository, pull.baseBranch),
    commits: (args: PageArgs) =>
      paginate('commits', [{ commit: presentCommit(world, repository, pull.head, pull) }], args),
    reviews: (args: PageArgs) =>
      paginate(
        'reviews',
        pull.reviews.map((one) => presentReview(world, repository, pull, one)),
        args,
      ),
    reviewThreads: (args: PageArgs) =>
      paginate(
        'reviewThreads',
        pull.threads.map((one) => presentThread(world, repository, pull, one)),
        args,
      ),
    timelineItems: ({ itemTypes, ...args }: PageArgs & { itemTypes?: readonly string[] }) =>
      paginate('timelineItems', presentTimeline(world, pull, itemTypes ?? []), args),
  }
}

const eventTypes: Readonly<Record<string, string>> = {
  AutomaticBaseChangeSucceededEvent: 'AUTOMATIC_BASE_CHANGE_SUCCEEDED_EVENT',
  BaseRefChangedEvent: 'BASE_REF_CHANGED_EVENT',
}

function presentTimeline(
  world: GithubState,
  pull: Pull,
  types: readonly string[],
): readonly object[] {
  const ready = pull.readyAt ? [{ __typename: 'ReadyForReviewEvent', createdAt: pull.readyAt }] : []
  const closed =
    pull.closedAt && pull.closedBy
      ? [
          {
            __typename: 'ClosedEvent',
            createdAt: pull.closedAt,
            actor: presentActor(world, pull.closedBy),
          },
        ]
      : []
  const moved = pull.baseChanges.map(({ from, to, byGithub }) =>
    byGithub
      ? { __typename: 'AutomaticBaseChangeSucceededEvent', oldBase: from, newBase: to }
      : { __typename: 'BaseRefChangedEvent', previousRefName: from, currentRefName: to },
  )
  return [
    ...moved.filter(({ __typename: kind }) => types.includes(eventTypes[kind] ?? '')),
    ...(types.includes('READY_FOR_REVIEW_EVENT') ? ready : []),
    ...(types.includes('CLOSED_EVENT') ? closed : []),
  ]
}

const presentReview = (world: GithubState, repository: Repository, pull: Pull, review: Review) => ({
  ...presentAuthor(world, review.author),
  state: review.state,
  body: review.body,
  url: `https://github.com/${repository.fullName}/pull/${pull.number}#pullrequestreview-${review.id}`,
  submittedAt: review.submittedAt,
  createdAt: review.submittedAt,
  commit: { oid: review.commit },
})

export const presentThread = (
  world: GithubState,
  repository: Repository,
  pull: Pull,
  thread: Thread,
) => ({
  __typename: 'PullRequestReviewThread',
  id: thread.id,
  isResolved: thread.resolved,
  resolvedBy: thread.resolvedBy === null ? null : presentActor(world, thread.resolvedBy),
  isOutdated: thread.outdated,
  path: thread.path,
  line: thread.outdated ? null : thread.line,
  originalLine: thread.line,
  comments: (args: PageArgs) =>
    paginate(
      'comments',
      thread.comments.map((one) => presentThreadComment(world, repository, pull, one)),
      args,
    ),
})

const presentThreadComment = (
  world: GithubState,
  repository: Repository,
  pull: Pull,
  comment: ThreadComment,
) => ({
  ...presentAuthor(world, comment.author),
  body: comment.body,
  url: `https://github.com/${repository.fullName}/pull/${pull.number}#discussion_r${comment.id}`,
  createdAt: comment.createdAt,
  originalCommit: { oid: comment.commit },
  commit: { oid: comment.lastCommit },
  pullRequestReview: comment.review ? presentReview(world, repository, pull, comment.review) : null,
})
