import { formatRunUrl } from './commit-views.ts'
import { computeMergeable, computeMergeState, findBaseSha } from './requirements.ts'
import {
  type CheckRun,
  findOrCreateAccount,
  type GithubState,
  type Issue,
  type IssueComment,
  isPull,
  type Pull,
  type Repository,
  type Review,
  type Status,
  type Suite,
} from './state.ts'

/** GitHub's REST shapes, reduced to the fields in use. Webhooks carry the same ones. */
export function toUserJson(world: GithubState, login: string) {
  const { login: bare, kind, id, deleted } = findOrCreateAccount(world, login)
  if (deleted)
    return { login: 'ghost', id: 10137, type: 'User', html_url: 'https://github.com/ghost' }
  return {
    login: kind === 'Bot' ? `${bare}[bot]` : bare,
    id,
    type: kind,
    html_url: `https://github.com/${bare}`,
  }
}

export function toRepositoryJson(repository: Repository, fullName = repository.fullName) {
  const [owner, name] = fullName.split('/')
  const own = fullName.toLowerCase() === repository.fullName.toLowerCase()
  return {
    id: own ? repository.id : repository.id + 500_000,
    name,
    full_name: fullName,
    private: false,
    fork: !own,
    owner: { login: owner, type: 'Organization' },
    html_url: `https://github.com/${fullName}`,
    default_branch: repository.defaultBranch,
    pushed_at: repository.pushedAt === null ? null : toSeconds(repository.pushedAt),
  }
}

/** Only in a push GitHub writes this time as a number. Everywhere it is whole seconds. */
const toSeconds = (at: string): string => `${at.slice(0, 19)}Z`

/** The fields that issues and pull requests share. */
function toSharedJson(world: GithubState, repository: Repository, issue: Issue) {
  return {
    id: issue.id,
    number: issue.number,
    title: issue.title,
    body: issue.body,
    state: issue.state,
    user: toUserJson(world, issue.author),
    labels: issue.labels.map((name) => ({ name, color: 'ededed' })),
    created_at: issue.createdAt,
    closed_at: issue.closedAt,
    updated_at: (isPull(issue) ? issue.movedAt : null) ?? issue.lastEdit?.at ?? issue.createdAt,
    html_url: `https://github.com/${repository.fullName}/${isPull(issue) ? 'pull' : 'issues'}/${issue.number}`,
  }
}

/** An issue. In this part of the API a pull request is an issue, too. */
export const toIssueJson = (world: GithubState, repository: Repository, issue: Issue) => ({
  ...toSharedJson(world, repository, issue),
  comments: issue.comments.length,
  ...(isPull(issue)
    ? { pull_request: { url: `/repos/${repository.fullName}/pulls/${issue.number}` } }
    : {}),
})

/** A pull request as lists and most webhooks contain it. */
export function toPullBriefJson(world: GithubState, repository: Repository, pull: Pull) {
  const branch = pull.headBranch.replace(/^.*:/, '')
  return {
    ...toSharedJson(world, repository, pull),
    draft: pull.draft,
    merged_at: pull.merged ? pull.closedAt : null,
    diff_url: `https://github.com/${repository.fullName}/pull/${pull.number}.diff`,
    head: {
      ref: branch,
      label: `${pull.headRepository.split('/')[0]}:${branch}`,
      sha: pull.head,
      repo: toRepositoryJson(repository, pull.headRepository),
    },
    base: {
      ref: pull.baseBranch,
      sha: findBaseSha(repository, pull),
      repo: toRepositoryJson(repository),
    },
  }
}

/** A pull request as its own route and the `pull_request` webhook contain it. */
export function toPullJson(world: GithubState, repository: Repository, pull: Pull) {
  const mergeable = computeMergeable(pull)
  return {
    ...toPullBriefJson(world, repository, pull),
    comments: pull.comments.length,
    merged: pull.merged,
    merged_by: pull.merged && pull.closedBy ? toUserJson(world, pull.closedBy) : null,
    mergeable: mergeable === 'UNKNOWN' ? null : mergeable === 'MERGEABLE',
    mergeable_state: computeMergeState(repository, pull).toLowerCase(),
  }
}

const countReactions = ({ reactions }: IssueComment) => ({
  total_count: reactions.length,
  '+1': reactions.filter(({ content }) => content === '+1').length,
  confused: reactions.filter(({ content }) => content === 'confused').length,
})

export const toCommentJson = (
  world: GithubState,
  repository: Repository,
  issue: Issue,
  comment: IssueComment,
) => ({
  id: comment.id,
  body: comment.body,
  user: toUserJson(world, comment.author),
  author_association: findOrCreateAccount(world, comment.author).association,
  created_at: comment.createdAt,
  updated_at: comment.editedAt ?? comment.createdAt,
  reactions: countReactions(comment),
  html_url: `https://github.com/${repository.fullName}/${isPull(issue) ? 'pull' : 'issues'}/${issue.number}#issuecomment-${comment.id}`,
})

export const toReviewJson = (
  world: GithubState,
  repository: Repository,
  pull: Pull,
  review: Review,
) => ({
  id: review.id,
  user: toUserJson(world, review.author),
  body: review.body,
  state: review.state,
  commit_id: review.commit,
  submitted_at: review.submittedAt,
  html_url: `https://github.com/${repository.fullName}/pull/${pull.number}#pullrequestreview-${review.id}`,
})

/** A suite names the branch that it was created for, that of a pull request or another one. */
export const toSuiteJson = (repository: Repository, suite: Suite, pulls: readonly Pull[]) => ({
  id: suite.id,
  head_sha: suite.sha,
  head_branch:
    pulls[0]?.headBranch ??
    [...repository.branches].find(([, tip]) => tip === suite.sha)?.[0] ??
    null,
  created_at: suite.createdAt,
  app: { slug: suite.app, name: suite.app },
  pull_requests: pulls.map(toPullReference),
})
const toPullReference = (pull: Pull) => ({
  number: pull.number,
  head: { ref: pull.headBranch, sha: pull.head },
  base: { ref: pull.baseBranch },
})

export const toCheckRunJson = (repository: Repository, run: CheckRun, pulls: readonly Pull[]) => ({
  id: run.id,
  name: run.name,
  head_sha: run.sha,
  status: run.status,
  conclusion: run.conclusion,
  started_at: run.startedAt,
  completed_at: run.completedAt,
  details_url: run.detailsUrl ?? formatRunUrl(repository, run),
  html_url: formatRunUrl(repository, run),
  output: { title: run.title, summary: run.summary, annotations_count: run.annotations.length },
  app: { slug: run.suite.app, name: run.suite.app },
  check_suite: toSuiteJson(repository, run.suite, pulls),
  pull_requests: pulls.map(toPullReference),
})

export const toStatusJson = (world: GithubState, status: Status) => ({
  id: status.id,
  state: status.state,
  context: status.context,
  description: status.description,
  target_url: status.targetUrl,
  creator: toUserJson(world, status.creator),
  created_at: status.createdAt,
  updated_at: status.createdAt,
})

export const toRunJson = (
  repository: Repository,
  suite: Suite,
  state: { readonly status: string; readonly conclusion: string | null },
) => ({
  id: suite.run?.id ?? 0,
  name: suite.workflow?.name ?? suite.app,
  event: suite.workflow?.event ?? '',
  head_sha: suite.sha,
  run_attempt: suite.run?.attempt ?? 1,
  check_suite_id: suite.id,
  ...state,
  html_url: `https://github.com/${repository.fullName}/actions/runs/${suite.run?.id ?? 0}`,
})
