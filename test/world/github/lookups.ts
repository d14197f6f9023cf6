import {
  type GithubState,
  getRepository,
  type Issue,
  isPull,
  type Pull,
  type PullRef,
  type Repository,
} from './state.ts'

/** An issue or a pull request with its repository. Throws if there is none. */
export function findIssue(
  world: GithubState,
  { repository: name, number }: PullRef,
): { readonly repository: Repository; readonly issue: Issue } {
  const repository = getRepository(world, name)
  const issue = repository.issues.get(number) ?? repository.pulls.get(number)
  if (!issue) throw new Error(`the simulated GitHub has no ${name}#${number}`)
  return { repository, issue }
}

/** A pull request with its repository. Throws if there is none. */
export function findPull(
  world: GithubState,
  of: PullRef,
): { readonly repository: Repository; readonly pull: Pull } {
  const { repository, issue } = findIssue(world, of)
  if (!isPull(issue)) throw new Error(`${of.repository}#${of.number} is not a pull request`)
  return { repository, pull: issue }
}
