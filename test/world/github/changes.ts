import { addCommit, listAncestors } from './git.ts'
import {
  type CheckRun,
  formatNow,
  type GithubState,
  type Issue,
  type IssueComment,
  isPull,
  type Pull,
  type Repository,
  type Status,
  type Suite,
  type Thread,
} from './state.ts'
import { findOrCreateSuite, listSuiteRuns, type SuiteOrigin } from './suites.ts'

/*
 * All changes of the state. The verbs of people and the REST writes of the service both use these,
 * so both announce the same webhooks.
 */

/**
 * Commits files to a branch (null removes one) and creates the branch from the default one if it is
 * new.
 */
export function pushFiles(
  world: GithubState,
  repository: Repository,
  of: {
    branch: string
    files: Readonly<Record<string, string | null>>
    modes?: Readonly<Record<string, string>>
    by: string
    message?: string
    from?: string
    /** The committer's date, which the committer can choose. Default: now. */
    committedAt?: string
  },
): string {
  const before =
    of.from ??
    repository.branches.get(of.branch) ??
    repository.branches.get(repository.defaultBranch)
  const parent = before ? repository.commits.get(before) : undefined
  const files = new Map(parent?.files ?? [])
  for (const [path, content] of Object.entries(of.files)) {
    if (content === null) files.delete(path)
    else files.set(path, content)
  }
  const message = of.message ?? `Change ${Object.keys(of.files).join(', ')}`
  const commit = addCommit(repository, {
    parents: parent ? [parent.sha] : [],
    files,
    modes: new Map([...(parent?.modes ?? []), ...Object.entries(of.modes ?? {})]),
    message,
    author: of.by,
    at: of.committedAt ?? formatNow(world),
  })
  moveBranch(world, repository, { branch: of.branch, to: commit.sha, by: of.by })
  return commit.sha
}

/** Points a branch at a commit and updates its pull requests: head, conflict, outdated threads. */
export function moveBranch(
  world: GithubState,
  repository: Repository,
  of: { branch: string; to: string; by: string },
): void {
  const before = repository.branches.get(of.branch) ?? '0'.repeat(40)
  repository.branches.set(of.branch, of.to)
  repository.pushedAt = formatNow(world)
  const forced = !/^0+$/.test(before) && !listAncestors(repository, of.to).includes(before)
  world.announce('push', null, {
    repository,
    by: of.by,
    push: { branch: of.branch, before, after: of.to, forced },
  })
  for (const pull of repository.pulls.values()) {
    if (pull.headBranch !== of.branch || pull.state === 'closed' || pull.lagging) continue
    pull.head = of.to
    pull.movedAt = repository.pushedAt
    pull.conflicting = false
    for (const thread of pull.threads) moveThread(repository, thread, of.to)
    world.announce('pull_request', 'synchronize', { repository, by: of.by, pull })
  }
}

/**
 * Moves a thread to a new head, or leaves it behind as outdated if the head has changed its line.
 */
function moveThread(repository: Repository, thread: Thread, head: string): void {
  const { path, line, outdated, comments } = thread
  const readLine = (sha: string | undefined): string | undefined =>
    repository.commits
      .get(sha ?? '')
      ?.files.get(path)
      ?.split('\n')[line - 1]
  thread.outdated = outdated || readLine(comments[0]?.lastCommit) !== readLine(head)
  if (thread.outdated) return
  for (const comment of comments) comment.lastCommit = head
}

/**
 * Deletes a branch. Pull requests into it are moved to the base of the one that merged it, as
 * GitHub does with stacked ones; without a merge they are closed, like the branch's own.
 */
export function deleteBranch(
  world: GithubState,
  repository: Repository,
  { branch, by }: { branch: string; by: string },
): void {
  repository.branches.delete(branch)
  const pulls = [...repository.pulls.values()]
  const parent = pulls.find((pull) => pull.headBranch === branch && pull.merged)
  for (const pull of pulls) {
    if (pull.state === 'closed') continue
    if (pull.baseBranch === branch && parent)
      retarget(world, repository, pull, { to: parent.baseBranch, byGithub: true, by })
    else if (pull.baseBranch === branch || pull.headBranch === branch)
      closeIssue(world, repository, pull, { by, merged: false })
  }
}

/** Gives a pull request another base. */
export function retarget(
  world: GithubState,
  repository: Repository,
  pull: Pull,
  { to, byGithub, by }: { to: string; byGithub: boolean; by: string },
): void {
  pull.baseChanges.push({ from: pull.baseBranch, to, byGithub })
  pull.baseBranch = to
  world.announce('pull_request', 'edited', { repository, by, pull })
}

export function addComment(
  world: GithubState,
  repository: Repository,
  issue: Issue,
  of: { by: string; body: string },
): IssueComment {
  const comment: IssueComment = {
    id: world.nextId(),
    author: of.by,
    body: of.body,
    createdAt: formatNow(world),
    editedAt: null,
    reactions: [],
  }
  issue.comments.push(comment)
  world.announce('issue_comment', 'created', { repository, by: of.by, issue, comment })
  return comment
}

export function addStatus(
  world: GithubState,
  repository: Repository,
  of: Omit<Status, 'id' | 'createdAt'>,
): Status {
  const status = { ...of, id: world.nextId(), createdAt: formatNow(world) }
  repository.statuses.push(status)
  world.announce('status', null, { repository, by: of.creator, status })
  return status
}

export interface CheckState {
  readonly status: CheckRun['status']
  readonly conclusion: string | null
  readonly title?: string
  readonly summary?: string
  readonly log?: string
}

/** Sets the state of a check, and creates the check if it is new. */
export function setCheck(
  world: GithubState,
  repository: Repository,
  of: SuiteOrigin & { readonly sha: string; readonly name: string },
  to: CheckState,
): CheckRun {
  const suite = findOrCreateSuite(world, repository, of.sha, of)
  suite.state = null
  const known = repository.checkRuns.findLast((run) => run.suite === suite && run.name === of.name)
  const run = known ?? createCheckRun(world, suite, of.name)
  if (!known) repository.checkRuns.push(run)
  const at = formatNow(world)
  run.status = to.status
  run.conclusion = to.conclusion
  run.startedAt = to.status === 'queued' ? null : (run.startedAt ?? at)
  run.completedAt = to.status === 'completed' ? at : null
  run.title = to.title ?? null
  run.summary = to.summary ?? null
  run.log = to.log ?? null
  if (run.log !== null) repository.logs.set(run.id, run.log)
  const by = `${of.app}[bot]`
  world.announce('check_run', to.status === 'completed' ? 'completed' : 'created', {
    repository,
    by,
    checkRun: run,
  })
  const all = listSuiteRuns(repository, suite)
  if (all.every(({ status }) => status === 'completed')) {
    world.announce('check_suite', 'completed', { repository, by, suite })
    if (suite.run) world.announce('workflow_run', 'completed', { repository, by, suite })
  }
  return run
}

const createCheckRun = (world: GithubState, suite: Suite, name: string): CheckRun => ({
  id: world.nextId(),
  name,
  sha: suite.sha,
  suite,
  status: 'queued',
  conclusion: null,
  ...{ startedAt: null, completedAt: null, title: null, summary: null },
  ...{ log: null, detailsUrl: null, annotations: [] },
})

const failedConclusions = [
  'failure',
  'cancelled',
  'timed_out',
  'startup_failure',
  'action_required',
  'stale',
]

/** Queues a suite's failed checks again under new ids; the logs of the old attempt stay. */
export function rerunFailedChecks(
  world: GithubState,
  repository: Repository,
  suite: Suite,
  by: string,
): readonly CheckRun[] {
  const failed = repository.checkRuns.filter(
    (run) => run.suite === suite && failedConclusions.includes(run.conclusion ?? ''),
  )
  if (suite.run) suite.run.attempt += 1
  suite.state = failed.length === 0 ? { status: 'queued', conclusion: null } : null
  for (const run of failed) {
    run.id = world.nextId()
    run.status = 'queued'
    run.conclusion = null
    run.startedAt = null
    run.completedAt = null
    run.log = null
    world.announce('check_run', 'created', { repository, by, checkRun: run })
  }
  return failed
}

/** Closes an issue or a pull request, merged or not. */
export function closeIssue(
  world: GithubState,
  repository: Repository,
  issue: Issue,
  of: { by: string; merged: boolean },
): void {
  issue.state = 'closed'
  issue.closedAt = formatNow(world)
  if (!isPull(issue)) {
    world.announce('issues', 'closed', { repository, by: of.by, issue })
    return
  }
  issue.merged = of.merged
  issue.closedBy = of.by
  world.announce('pull_request', 'closed', { repository, by: of.by, pull: issue })
  if (of.merged) mergePull(world, repository, issue, of.by)
}

/** Opens a closed issue or pull request again. */
export function reopenIssue(
  world: GithubState,
  repository: Repository,
  issue: Issue,
  by: string,
): void {
  issue.state = 'open'
  issue.closedAt = null
  if (isPull(issue)) world.announce('pull_request', 'reopened', { repository, by, pull: issue })
  else world.announce('issues', 'reopened', { repository, by, issue })
}

function mergePull(world: GithubState, repository: Repository, pull: Pull, by: string): void {
  const base = repository.branches.get(pull.baseBranch)
  const head = repository.commits.get(pull.head)
  if (!base || !head) return
  const message = `Merge pull request #${pull.number}`
  const commit = addCommit(repository, {
    parents: [base, head.sha],
    ...{ files: head.files, modes: head.modes },
    message,
    author: by,
    at: formatNow(world),
  })
  moveBranch(world, repository, { branch: pull.baseBranch, to: commit.sha, by })
}
