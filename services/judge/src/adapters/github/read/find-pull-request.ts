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
  readonly head: {
    readonly ref: string
    readonly label?: string | null
    readonly user?: { readonly login?: string } | null
    readonly repo?: RestRepository | null
  } | null
  readonly base: { readonly repo: RestRepository | null } | null
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
  { repository, branch, prNumber, startedAt }: PullRequestQuery,
  signal: AbortSignal,
): Promise<number | null> {
  const listed = branch === null ? [] : await listPulls(connection, { repository, branch }, signal)
  const own = listed.filter(
    (pull) => isFromOwnRepository(pull, repository) && pull.head?.ref === branch,
  )
  const open = own.filter(({ state }) => state === 'open')
  const named = own.find(({ number }) => number === prNumber)
  const chosen = open.find((pull) => pull === named) ?? findNewest(open) ?? named
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

async function listPulls(
  connection: GithubConnection,
  { repository, branch }: { readonly repository: string; readonly branch: string },
  signal: AbortSignal,
): Promise<readonly RestPull[]> {
  const head = `${splitRepository(repository).owner}:${branch}`
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
