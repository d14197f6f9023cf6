import type { PullRequestQuery } from '../../../github/port.ts'
import { Failure } from '../../../lib/failure.ts'
import { toInstantOrNull } from '../../../lib/instant.ts'
import { callJson, callList } from '../client/call.ts'
import { type GithubConnection, splitRepository } from '../client/connection.ts'

/** A pull request as REST describes it. */
interface RestPull {
  readonly number: number
  readonly state: string
  readonly closed_at: string | null
  readonly merged_at?: string | null
  readonly head: {
    readonly ref: string
    readonly label?: string | null
    readonly user?: { readonly login?: string } | null
    readonly repo?: RestRepository | null
  } | null
  readonly base: { readonly ref?: string; readonly repo: RestRepository | null } | null
}
interface RestRepository {
  readonly id?: number
  readonly full_name?: string
}

/**
 * The pull request of a run, as docs/contract.md defines it ("The pull request and the commit").
 * One REST read as long as the branch has had at most a hundred pull requests. What GitHub's filter
 * decides (branch, fork, state) is checked again here.
 */
export async function findPullRequest(
  connection: GithubConnection,
  { repository, branch, base, prNumber, startedAt }: PullRequestQuery,
  signal: AbortSignal,
): Promise<number | null> {
  const own =
    branch === null ? [] : await listPullsOfBranch(connection, { repository, branch }, signal)
  const named = own.find(({ number }) => number === prNumber)
  const chosen = chooseOpen(own, { base, named }) ?? named
  if (chosen) return chosen.number

  // The list can lag by seconds, and a run may know its pull request without its branch.
  const reported =
    prNumber === null ? null : await readPull(connection, { repository, number: prNumber }, signal)
  if (
    reported &&
    isFromOwnRepository(reported, repository) &&
    (branch === null || reported.head?.ref === branch)
  )
    return reported.number

  if (startedAt === null) return null
  return (
    findNewest(own.filter(({ closed_at }) => (toInstantOrNull(closed_at) ?? 0) >= startedAt))
      ?.number ?? null
  )
}

/**
 * The branch that a branch was merged into before it was deleted; null if it still exists, or was
 * not merged.
 */
export async function findMergedInto(
  connection: GithubConnection,
  { repository, branch }: { readonly repository: string; readonly branch: string },
  signal: AbortSignal,
): Promise<string | null> {
  const action = `reading the branch ${branch} of ${repository}`
  const route = 'GET /repos/{owner}/{repo}/branches/{branch}'
  const call = { repository, route, params: { branch }, action, absentStatuses: [404] }
  if ((await callJson(connection, call, signal)) !== null) return null
  const pulls = await listPullsOfBranch(connection, { repository, branch }, signal)
  const merged = pulls.filter(({ merged_at }) => typeof merged_at === 'string')
  return findNewest(merged)?.base?.ref ?? null
}

/** Of several open ones, the one into the base is meant. Without a base, a reported one is. */
function chooseOpen(
  pulls: readonly RestPull[],
  { base, named }: { readonly base: string | null; readonly named: RestPull | undefined },
): RestPull | undefined {
  const open = pulls.filter(({ state }) => state === 'open')
  const meant =
    base === null
      ? open.find((pull) => pull === named)
      : open.find((pull) => pull.base?.ref === base)
  return meant ?? findNewest(open)
}

const findNewest = (pulls: readonly RestPull[]): RestPull | undefined =>
  pulls.toSorted((a, b) => b.number - a.number)[0]

/**
 * Compares repositories rather than owners, because a fork can have the same owner; a deleted
 * repository (null) was a fork. Owners are compared only if the server omits the repository.
 */
function isFromOwnRepository({ head, base }: RestPull, repository: string): boolean {
  if (!head || head.repo === null) return false
  if (head.repo === undefined) {
    const { owner } = splitRepository(repository)
    return (
      (head.label?.split(':')[0] ?? head.user?.login ?? owner).toLowerCase() === owner.toLowerCase()
    )
  }
  if (head.repo.id !== undefined && base?.repo?.id !== undefined)
    return head.repo.id === base.repo.id
  const own = base?.repo?.full_name ?? repository
  return head.repo.full_name?.toLowerCase() === own.toLowerCase()
}

interface BranchQuery {
  readonly repository: string
  readonly branch: string
}

/**
 * Lists the pull requests from a branch of the repository itself. GitHub filters them by the owner
 * of their head, who is another one once the repository was transferred; its present owner is then
 * read, and remembered.
 */
async function listPullsOfBranch(
  connection: GithubConnection,
  query: BranchQuery,
  signal: AbortSignal,
): Promise<readonly RestPull[]> {
  const { repository, branch } = query
  const { owner: named, name } = splitRepository(repository)
  const key = repository.toLowerCase()
  const listFrom = async (owner: string) =>
    (await listPulls(connection, { ...query, owner }, signal)).filter(
      (pull) => isFromOwnRepository(pull, `${owner}/${name}`) && pull.head?.ref === branch,
    )
  const known = connection.owners.get(key) ?? named
  const pulls = await listFrom(known)
  if (pulls.length > 0 || !connection.moved.has(key)) return pulls
  const owner = await readOwner(connection, repository, signal)
  if (owner.toLowerCase() === known.toLowerCase()) return pulls
  connection.owners.set(key, owner)
  return listFrom(owner)
}

async function readOwner(
  connection: GithubConnection,
  repository: string,
  signal: AbortSignal,
): Promise<string> {
  const action = `reading where ${repository} is now`
  const call = { repository, route: 'GET /repos/{owner}/{repo}', action }
  const answer = await callJson(connection, call, signal)
  const fullName = (answer?.data as RestRepository | undefined)?.full_name
  if (typeof fullName !== 'string')
    throw new Failure('unavailable', `GitHub: ${action}: the answer is not a repository`)
  return splitRepository(fullName).owner
}

async function listPulls(
  connection: GithubConnection,
  { repository, branch, owner }: BranchQuery & { readonly owner: string },
  signal: AbortSignal,
): Promise<readonly RestPull[]> {
  const head = `${owner}:${branch}`
  const action = `finding the pull request of ${head}`
  const params = { head, state: 'all', sort: 'created', direction: 'desc' }
  const all = await callList(
    connection,
    { repository, route: 'GET /repos/{owner}/{repo}/pulls', params, action },
    signal,
  )
  return all.map((entry) => toRestPull(entry, action))
}

async function readPull(
  connection: GithubConnection,
  { repository, number }: { readonly repository: string; readonly number: number },
  signal: AbortSignal,
): Promise<RestPull | null> {
  const action = `reading ${repository}#${number}`
  const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}'
  const answer = await callJson(
    connection,
    { repository, route, params: { pull_number: number }, action, absentStatuses: [404] },
    signal,
  )
  return answer && toRestPull(answer.data, action)
}

function toRestPull(entry: unknown, action: string): RestPull {
  const pull = entry as Partial<RestPull> | null
  if (typeof pull?.number !== 'number' || typeof pull.state !== 'string')
    throw new Failure('unavailable', `GitHub: ${action}: the answer is not a pull request`)
  return pull as RestPull
}
