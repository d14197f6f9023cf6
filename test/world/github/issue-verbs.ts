import { addComment, closeIssue, reopenIssue } from './changes.ts'
import { findIssue } from './lookups.ts'
import {
  formatNow,
  type GithubState,
  getRepository,
  type Issue,
  type IssueComment,
  type PullRef,
  type Repository,
} from './state.ts'

export interface NewIssue {
  readonly number?: number
  readonly title: string
  readonly body?: string
  readonly author?: string
  readonly labels?: readonly string[]
}

/** An issue that is not in the repository yet; a pull request begins as one, too. */
export const createIssue = (
  world: GithubState,
  repository: Repository,
  { number, title, body = '', author = 'maintainer', labels = [] }: NewIssue,
): Issue => ({
  id: world.nextId(),
  number: world.takeNumber(repository, number),
  title,
  body,
  author,
  state: 'open',
  labels: [...labels],
  // Labels that an issue form sets are set by its author.
  labelEvents: labels.map((label) => ({ label, by: author, at: formatNow(world) })),
  comments: [],
  reactions: [],
  createdAt: formatNow(world),
  lastEdit: null,
  closedAt: null,
})

/** What people do to issues. Labels, comments and the closing also work on pull requests. */
export const createIssueVerbs = (world: GithubState) => ({
  issue(name: string, of: NewIssue): Issue {
    const repository = getRepository(world, name)
    const issue = createIssue(world, repository, of)
    repository.issues.set(issue.number, issue)
    world.announce('issues', 'opened', { repository, by: issue.author, issue })
    return issue
  },
  editIssue(of: PullRef, change: { title?: string; body?: string }, by = 'maintainer'): void {
    const { repository, issue } = findIssue(world, of)
    issue.title = change.title ?? issue.title
    issue.body = change.body ?? issue.body
    if (change.body !== undefined) issue.lastEdit = { by, at: formatNow(world) }
    world.announce('issues', 'edited', { repository, by, issue })
  },
  label(of: PullRef, label: string, by = 'maintainer'): void {
    const { repository, issue } = findIssue(world, of)
    issue.labels.push(label)
    issue.labelEvents.push({ label, by, at: formatNow(world) })
    world.announce('issues', 'labeled', { repository, by, issue })
  },
  unlabel(of: PullRef, label: string, by = 'maintainer'): void {
    const { repository, issue } = findIssue(world, of)
    issue.labels.splice(0, issue.labels.length, ...issue.labels.filter((one) => one !== label))
    world.announce('issues', 'unlabeled', { repository, by, issue })
  },
  commentOnIssue(of: PullRef, by: string, body: string): IssueComment {
    const { repository, issue } = findIssue(world, of)
    return addComment(world, repository, issue, { by, body })
  },
  closeIssue(of: PullRef, by = 'maintainer'): void {
    const { repository, issue } = findIssue(world, of)
    closeIssue(world, repository, issue, { by, merged: false })
  },
  reopenIssue(of: PullRef, by = 'maintainer'): void {
    const { repository, issue } = findIssue(world, of)
    reopenIssue(world, repository, issue, by)
  },
})
