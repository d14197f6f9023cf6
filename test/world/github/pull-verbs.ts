import type { Files } from './branch-verbs.ts'
import { closeIssue, pushFiles, reopenIssue, retarget } from './changes.ts'
import { createIssue } from './issue-verbs.ts'
import { findPull } from './lookups.ts'
import { formatNow, type GithubState, getRepository, type Pull, type PullRef } from './state.ts'

export interface NewPull {
  readonly branch: string
  readonly base?: string
  readonly number?: number
  readonly title?: string
  readonly body?: string
  readonly author?: string
  readonly draft?: boolean
}

/** What people and the agent do to pull requests. */
export const createPullVerbs = (world: GithubState) => ({
  getHead: (of: PullRef): string => findPull(world, of).pull.head,
  pull: (of: PullRef): Pull => findPull(world, of).pull,

  openPullRequest: (name: string, of: NewPull): PullRef =>
    openPull(world, name, of, {
      branch: of.branch,
      repository: getRepository(world, name).fullName,
    }),
  /** A pull request from a fork, whose branch may be named like one of the repository's own. */
  forkPullRequest(
    name: string,
    of: NewPull & { owner: string; name?: string; files: Files },
  ): PullRef {
    const branch = `${of.owner}:${of.branch}`
    pushFiles(world, getRepository(world, name), { branch, files: of.files, by: of.owner })
    const head = { branch, repository: `${of.owner}/${of.name ?? name.split('/')[1]}` }
    return openPull(world, name, { author: of.owner, ...of }, head)
  },
  draft(of: PullRef, by = 'codex-agent'): void {
    const { repository, pull } = findPull(world, of)
    pull.draft = true
    world.announce('pull_request', 'converted_to_draft', { repository, by, pull })
  },
  ready(of: PullRef, by = 'codex-agent'): void {
    const { repository, pull } = findPull(world, of)
    pull.draft = false
    pull.readyAt = formatNow(world)
    world.announce('pull_request', 'ready_for_review', { repository, by, pull })
  },
  merge(of: PullRef, by = 'maintainer'): void {
    const { repository, pull } = findPull(world, of)
    closeIssue(world, repository, pull, { by, merged: true })
  },
  closePullRequest(of: PullRef, by = 'maintainer'): void {
    const { repository, pull } = findPull(world, of)
    closeIssue(world, repository, pull, { by, merged: false })
  },
  /** The head is then where the branch points, which can have moved meanwhile. */
  reopenPullRequest(of: PullRef, by = 'maintainer'): void {
    const { repository, pull } = findPull(world, of)
    if (pull.merged) throw new Error(`${of.repository}#${of.number} is merged`)
    pull.head = repository.branches.get(pull.headBranch) ?? pull.head
    reopenIssue(world, repository, pull, by)
  },
  retarget(of: PullRef, to: string, by = 'codex-agent'): void {
    const { repository, pull } = findPull(world, of)
    retarget(world, repository, pull, { to, byGithub: false, by })
  },
  /** The base changes the same lines; the next push to the branch resolves the conflict. */
  conflict(of: PullRef): void {
    findPull(world, of).pull.conflicting = true
  },
  /** GitHub has not computed the mergeability yet when it is read the next times. */
  mergeableUnknown(of: PullRef, reads = 1): void {
    findPull(world, of).pull.unknownReads = reads
  },
  /** The API shows the old head although the branch moves, until `catchUp`. */
  lag(of: PullRef): void {
    findPull(world, of).pull.lagging = true
  },
  catchUp(of: PullRef): void {
    const { repository, pull } = findPull(world, of)
    pull.lagging = false
    pull.head = repository.branches.get(pull.headBranch) ?? pull.head
    world.announce('pull_request', 'synchronize', { repository, by: pull.author, pull })
  },
})

function openPull(
  world: GithubState,
  name: string,
  of: NewPull,
  head: { readonly branch: string; readonly repository: string },
): PullRef {
  const repository = getRepository(world, name)
  const sha = repository.branches.get(head.branch)
  if (!sha) throw new Error(`${name} has no branch ${head.branch}`)
  const issue = createIssue(world, repository, {
    author: 'codex-agent',
    ...of,
    title: of.title ?? `Change ${of.branch}`,
  })
  const pull: Pull = {
    ...issue,
    headBranch: head.branch,
    headRepository: head.repository,
    baseBranch: of.base ?? repository.defaultBranch,
    baseChanges: [],
    head: sha,
    lagging: false,
    movedAt: null,
    draft: of.draft ?? false,
    merged: false,
    closedBy: null,
    readyAt: null,
    conflicting: false,
    unknownReads: 0,
    reviews: [],
    threads: [],
  }
  repository.pulls.set(pull.number, pull)
  world.announce('pull_request', 'opened', { repository, by: pull.author, pull })
  return { repository: repository.fullName, number: pull.number }
}
