import { addComment, close, moveBranch, pushFiles } from './changes.ts'
import { addCommit } from './git.ts'
import type { PullRef } from './review-verbs.ts'
import {
  type Issue,
  type IssueComment,
  isPull,
  type Pull,
  type Repository,
  type Requirement,
  repositoryOf,
  timeOf,
  type World,
} from './state.ts'

export type Files = Readonly<Record<string, string | null>>

/** What people and the agent do to repositories, issues and pull requests. */
export function repositoryVerbs(world: World, firstNumber = 1) {
  const numbers = new Map<string, number>()
  /** Issues and pull requests share one row of numbers; a number may be asked for by a fixture. */
  const take = (repository: Repository, wanted: number | undefined): number => {
    const used = numbers.get(repository.fullName) ?? firstNumber - 1
    const number = wanted ?? used + 1
    numbers.set(repository.fullName, Math.max(used, number))
    return number
  }
  const issueAt = ({ repository, number }: PullRef): { repository: Repository; issue: Issue } => {
    const found = repositoryOf(world, repository)
    const issue = found.issues.get(number) ?? found.pulls.get(number)
    if (!issue) throw new Error(`the simulated GitHub has no ${repository}#${number}`)
    return { repository: found, issue }
  }
  const pullAt = (of: PullRef): { repository: Repository; pull: Pull } => {
    const { repository, issue } = issueAt(of)
    if (!isPull(issue)) throw new Error(`${of.repository}#${of.number} is no pull request`)
    return { repository, pull: issue }
  }

  const newIssue = (
    repository: Repository,
    of: {
      number?: number
      title: string
      body?: string
      author?: string
      labels?: readonly string[]
    },
  ): Issue => ({
    id: world.nextId(),
    number: take(repository, of.number),
    title: of.title,
    body: of.body ?? '',
    author: of.author ?? 'maintainer',
    state: 'open',
    labels: [...(of.labels ?? [])],
    comments: [],
    reactions: [],
    createdAt: timeOf(world),
    lastEdit: null,
  })

  const open = (
    name: string,
    of: NewPull,
    head: { branch: string; repository: string },
  ): PullRef => {
    const repository = repositoryOf(world, name)
    const sha = repository.branches.get(head.branch)
    if (!sha) throw new Error(`${name} has no branch ${head.branch}`)
    const issue = newIssue(repository, {
      author: 'codex-agent',
      ...of,
      title: of.title ?? `Change ${of.branch}`,
    })
    const pull: Pull = {
      ...issue,
      headBranch: head.branch,
      headRepository: head.repository,
      baseBranch: of.base ?? repository.defaultBranch,
      head: sha,
      lagging: false,
      draft: of.draft ?? false,
      merged: false,
      closedAt: null,
      closedBy: null,
      readyAt: null,
      conflicting: false,
      unknownLooks: 0,
      reviews: [],
      threads: [],
    }
    repository.pulls.set(pull.number, pull)
    world.announce('pull_request', 'opened', { repository, by: pull.author, pull })
    return { repository: repository.fullName, number: pull.number }
  }

  return {
    /** A repository with a first commit on its default branch. */
    repository(
      fullName: string,
      files: Files = { 'README.md': `# ${fullName}\n` },
      defaultBranch = 'main',
    ): Repository {
      const repository: Repository = {
        id: world.nextId(),
        fullName,
        defaultBranch,
        commits: new Map(),
        branches: new Map(),
        issues: new Map(),
        pulls: new Map(),
        checkRuns: [],
        suites: [],
        statuses: [],
        requirements: [],
        logs: new Map(),
      }
      world.repositories.set(fullName.toLowerCase(), repository)
      pushFiles(world, repository, {
        branch: defaultBranch,
        files,
        by: 'maintainer',
        message: 'First commit',
      })
      return repository
    },
    issue(name: string, of: Parameters<typeof newIssue>[1]): Issue {
      const repository = repositoryOf(world, name)
      const issue = newIssue(repository, of)
      repository.issues.set(issue.number, issue)
      world.announce('issues', 'opened', { repository, by: issue.author, issue })
      return issue
    },
    editIssue(of: PullRef, change: { title?: string; body?: string }, by = 'maintainer'): void {
      const { repository, issue } = issueAt(of)
      issue.title = change.title ?? issue.title
      issue.body = change.body ?? issue.body
      if (change.body !== undefined) issue.lastEdit = { by, at: timeOf(world) }
      world.announce('issues', 'edited', { repository, by, issue })
    },
    label(of: PullRef, label: string, by = 'maintainer'): void {
      const { repository, issue } = issueAt(of)
      issue.labels.push(label)
      world.announce('issues', 'labeled', { repository, by, issue })
    },
    commentOnIssue(of: PullRef, by: string, body: string): IssueComment {
      const { repository, issue } = issueAt(of)
      return addComment(world, repository, issue, { by, body })
    },
    closeIssue(of: PullRef, by = 'maintainer'): void {
      const { repository, issue } = issueAt(of)
      close(world, repository, issue, { by, merged: false })
    },

    /**
     * Commits files to a branch (null removes one), made from the default branch where it is new.
     * Returns the commit.
     */
    push: (
      name: string,
      branch: string,
      files: Files,
      options: { by?: string; message?: string } = {},
    ): string =>
      pushFiles(world, repositoryOf(world, name), {
        branch,
        files,
        by: options.by ?? 'codex-agent',
        ...(options.message ? { message: options.message } : {}),
      }),
    /**
     * Rewrites a branch: one commit with these files on top of another commit, by default the base.
     */
    forcePush(name: string, branch: string, files: Files, onto?: string): string {
      const repository = repositoryOf(world, name)
      const from = onto ?? repository.branches.get(repository.defaultBranch)
      return pushFiles(world, repository, {
        branch,
        files,
        by: 'codex-agent',
        message: 'Rewritten',
        ...(from ? { from } : {}),
      })
    },
    /** Points a branch at a commit there is: also backwards. */
    resetBranch: (name: string, branch: string, to: string): void =>
      moveBranch(world, repositoryOf(world, name), { branch, to, by: 'codex-agent' }),
    deleteBranch: (name: string, branch: string): void =>
      void repositoryOf(world, name).branches.delete(branch),
    /** A commit that no branch holds: GitHub knows it, the pull request does not. */
    strayCommit(name: string, files: Files): string {
      const repository = repositoryOf(world, name)
      const base = repository.commits.get(repository.branches.get(repository.defaultBranch) ?? '')
      const all = new Map([
        ...(base?.files ?? []),
        ...Object.entries(files).flatMap(([path, text]) =>
          text === null ? [] : [[path, text] as const],
        ),
      ])
      return addCommit(repository, {
        parents: base ? [base.sha] : [],
        files: all,
        message: 'Stray',
        author: 'codex-agent',
        at: timeOf(world),
      }).sha
    },
    headOf: (of: PullRef): string => pullAt(of).pull.head,
    pull: (of: PullRef): Pull => pullAt(of).pull,

    openPullRequest: (name: string, of: NewPull): PullRef =>
      open(name, of, { branch: of.branch, repository: repositoryOf(world, name).fullName }),
    /**
     * A pull request from somebody else's fork, whose branch may have the very name of one of ours.
     */
    forkPullRequest(
      name: string,
      of: NewPull & { owner: string; name?: string; files: Files },
    ): PullRef {
      const repository = repositoryOf(world, name)
      const branch = `${of.owner}:${of.branch}`
      pushFiles(world, repository, { branch, files: of.files, by: of.owner })
      return open(
        name,
        { author: of.owner, ...of },
        { branch, repository: `${of.owner}/${of.name ?? name.split('/')[1]}` },
      )
    },
    draft(of: PullRef, by = 'codex-agent'): void {
      const { repository, pull } = pullAt(of)
      pull.draft = true
      world.announce('pull_request', 'converted_to_draft', { repository, by, pull })
    },
    ready(of: PullRef, by = 'codex-agent'): void {
      const { repository, pull } = pullAt(of)
      pull.draft = false
      pull.readyAt = timeOf(world)
      world.announce('pull_request', 'ready_for_review', { repository, by, pull })
    },
    merge(of: PullRef, by = 'maintainer'): void {
      const { repository, pull } = pullAt(of)
      close(world, repository, pull, { by, merged: true })
    },
    closePullRequest(of: PullRef, by = 'maintainer'): void {
      const { repository, pull } = pullAt(of)
      close(world, repository, pull, { by, merged: false })
    },
    /** The base has gone another way in the same lines; the next push to the branch solves it. */
    conflict(of: PullRef): void {
      pullAt(of).pull.conflicting = true
    },
    /** The next looks find that GitHub has not computed the mergeability yet. */
    mergeableUnknown(of: PullRef, looks = 1): void {
      pullAt(of).pull.unknownLooks = looks
    },
    /** From now on the API shows the old head although the branch moves, until it catches up. */
    lag(of: PullRef): void {
      pullAt(of).pull.lagging = true
    },
    catchUp(of: PullRef): void {
      const { repository, pull } = pullAt(of)
      pull.lagging = false
      pull.head = repository.branches.get(pull.headBranch) ?? pull.head
      world.announce('pull_request', 'synchronize', { repository, by: pull.author, pull })
    },
    /** The branch demands checks, by protection or by a ruleset; strict: and to be up to date. */
    requires(
      name: string,
      checks: readonly string[],
      options: Partial<Omit<Requirement, 'checks'>> = {},
    ): void {
      const repository = repositoryOf(world, name)
      repository.requirements.push({
        branch: repository.defaultBranch,
        strict: false,
        by: 'protection',
        ...options,
        checks,
      })
    },
  }
}

export interface NewPull {
  readonly branch: string
  readonly base?: string
  readonly number?: number
  readonly title?: string
  readonly body?: string
  readonly author?: string
  readonly draft?: boolean
}
