import { runUrl } from './commit-views.ts'
import { baseShaOf, mergeableOf, mergeStateOf } from './requirements.ts'
import {
  account,
  type CheckRun,
  type Issue,
  type IssueComment,
  isPull,
  type Pull,
  type Repository,
  type Review,
  type Status,
  type Suite,
  type World,
} from './state.ts'

/** GitHub's REST shapes, as far as anybody reads them; webhooks carry the same ones. */
export function userJson(world: World, login: string) {
  const { login: bare, kind, id } = account(world, login)
  return {
    login: kind === 'Bot' ? `${bare}[bot]` : bare,
    id,
    type: kind,
    html_url: `https://github.com/${bare}`,
  }
}

export function repositoryJson(repository: Repository, fullName = repository.fullName) {
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
  }
}

/** What issues and pull requests have in common. */
function sharedJson(world: World, repository: Repository, issue: Issue) {
  return {
    id: issue.id,
    number: issue.number,
    title: issue.title,
    body: issue.body,
    state: issue.state,
    user: userJson(world, issue.author),
    labels: issue.labels.map((name) => ({ name, color: 'ededed' })),
    created_at: issue.createdAt,
    updated_at: issue.lastEdit?.at ?? issue.createdAt,
    html_url: `https://github.com/${repository.fullName}/${isPull(issue) ? 'pull' : 'issues'}/${issue.number}`,
  }
}

/** An issue; to this side of GitHub every pull request is one too. */
export const issueJson = (world: World, repository: Repository, issue: Issue) => ({
  ...sharedJson(world, repository, issue),
  comments: issue.comments.length,
  ...(isPull(issue)
    ? { pull_request: { url: `/repos/${repository.fullName}/pulls/${issue.number}` } }
    : {}),
})

/** A pull request as lists and most webhooks have it. */
export function pullBriefJson(world: World, repository: Repository, pull: Pull) {
  const branch = pull.headBranch.replace(/^.*:/, '')
  return {
    ...sharedJson(world, repository, pull),
    draft: pull.draft,
    merged_at: pull.merged ? pull.closedAt : null,
    closed_at: pull.closedAt,
    diff_url: `https://github.com/${repository.fullName}/pull/${pull.number}.diff`,
    head: {
      ref: branch,
      label: `${pull.headRepository.split('/')[0]}:${branch}`,
      sha: pull.head,
      repo: repositoryJson(repository, pull.headRepository),
    },
    base: {
      ref: pull.baseBranch,
      sha: baseShaOf(repository, pull),
      repo: repositoryJson(repository),
    },
  }
}

/** A pull request as its own page and the `pull_request` webhook have it. */
export function pullJson(world: World, repository: Repository, pull: Pull) {
  const mergeable = mergeableOf(pull)
  return {
    ...pullBriefJson(world, repository, pull),
    comments: pull.comments.length,
    merged: pull.merged,
    merged_by: pull.merged && pull.closedBy ? userJson(world, pull.closedBy) : null,
    mergeable: mergeable === 'UNKNOWN' ? null : mergeable === 'MERGEABLE',
    mergeable_state: mergeStateOf(repository, pull).toLowerCase(),
  }
}

export const commentJson = (
  world: World,
  repository: Repository,
  issue: Issue,
  comment: IssueComment,
) => ({
  id: comment.id,
  body: comment.body,
  user: userJson(world, comment.author),
  created_at: comment.createdAt,
  updated_at: comment.createdAt,
  html_url: `https://github.com/${repository.fullName}/${isPull(issue) ? 'pull' : 'issues'}/${issue.number}#issuecomment-${comment.id}`,
})

export const reviewJson = (world: World, repository: Repository, pull: Pull, review: Review) => ({
  id: review.id,
  user: userJson(world, review.author),
  body: review.body,
  state: review.state,
  commit_id: review.commit,
  submitted_at: review.submittedAt,
  html_url: `https://github.com/${repository.fullName}/pull/${pull.number}#pullrequestreview-${review.id}`,
})

export const suiteJson = (suite: Suite, pulls: readonly Pull[]) => ({
  id: suite.id,
  head_sha: suite.sha,
  head_branch: pulls[0]?.headBranch ?? null,
  created_at: suite.createdAt,
  app: { slug: suite.app, name: suite.app },
  pull_requests: pulls.map(reference),
})
const reference = (pull: Pull) => ({
  number: pull.number,
  head: { ref: pull.headBranch, sha: pull.head },
  base: { ref: pull.baseBranch },
})

export const checkRunJson = (repository: Repository, run: CheckRun, pulls: readonly Pull[]) => ({
  id: run.id,
  name: run.name,
  head_sha: run.sha,
  status: run.status,
  conclusion: run.conclusion,
  started_at: run.startedAt,
  completed_at: run.completedAt,
  details_url: runUrl(repository, run),
  html_url: runUrl(repository, run),
  output: { title: run.title, summary: run.summary, annotations_count: 0 },
  app: { slug: run.suite.app, name: run.suite.app },
  check_suite: suiteJson(run.suite, pulls),
  pull_requests: pulls.map(reference),
})

export const statusJson = (world: World, status: Status) => ({
  id: status.id,
  state: status.state,
  context: status.context,
  description: status.description,
  target_url: status.targetUrl,
  creator: userJson(world, status.creator),
  created_at: status.createdAt,
  updated_at: status.createdAt,
})

export const runJson = (
  repository: Repository,
  suite: Suite,
  state: { status: string; conclusion: string | null },
) => ({
  id: suite.run?.id ?? 0,
  name: suite.app,
  head_sha: suite.sha,
  run_attempt: suite.run?.attempt ?? 1,
  check_suite_id: suite.id,
  ...state,
  html_url: `https://github.com/${repository.fullName}/actions/runs/${suite.run?.id ?? 0}`,
})
