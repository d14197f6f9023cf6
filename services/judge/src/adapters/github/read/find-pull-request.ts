import type { PullRequestQuery } from '../../../github/port.ts'
import { Failure } from '../../../lib/failure.ts'
import { instantOrNull } from '../../../lib/instant.ts'
import { callJson, callList } from '../client/call.ts'
import { type Connection, ownerAndName } from '../client/connection.ts'

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
 * The pull request of a run, as the contract (section 9) has it. One REST read as long as the
 * branch has had at most a hundred pull requests; GitHub's filter is not trusted with what matters
 * (branch, fork, state): each is checked again.
 */
export async function findPullRequest(
  connection: Connection,
  of: PullRequestQuery,
  signal: AbortSignal,
): Promise<number | null> {
  const listed =
    of.branch === null ? [] : await pullsOf(connection, of.repository, of.branch, signal)
  const own = listed.filter((pull) => isOwn(pull, of.repository) && pull.head?.ref === of.branch)
  const open = own.filter(({ state }) => state === 'open')
  const named = own.find(({ number }) => number === of.prNumber)
  const chosen = open.find((pull) => pull === named) ?? newest(open) ?? named
  if (chosen) return chosen.number

  // The list can be seconds behind, and a run may know its pull request without its branch.
  const told =
    of.prNumber === null ? null : await pull(connection, of.repository, of.prNumber, signal)
  if (told && isOwn(told, of.repository) && (of.branch === null || told.head?.ref === of.branch))
    return told.number

  const { startedAt } = of
  if (startedAt === null) return null
  return (
    newest(own.filter(({ closed_at }) => (instantOrNull(closed_at) ?? 0) >= startedAt))?.number ??
    null
  )
}

const newest = (pulls: readonly RestPull[]): RestPull | undefined =>
  pulls.toSorted((a, b) => b.number - a.number)[0]

/**
 * A fork can be of the same owner, so the repositories are compared, not the owners. One that is
 * gone (null) was a fork. Only of a server that does not speak of repositories at all is the owner
 * enough.
 */
function isOwn({ head, base }: RestPull, repository: string): boolean {
  if (!head || head.repo === null) return false
  if (head.repo === undefined) {
    const { owner } = ownerAndName(repository)
    return (
      (head.label?.split(':')[0] ?? head.user?.login ?? owner).toLowerCase() === owner.toLowerCase()
    )
  }
  if (head.repo.id !== undefined && base?.repo?.id !== undefined)
    return head.repo.id === base.repo.id
  const own = base?.repo?.full_name ?? repository
  return head.repo.full_name?.toLowerCase() === own.toLowerCase()
}

async function pullsOf(
  connection: Connection,
  repository: string,
  branch: string,
  signal: AbortSignal,
): Promise<readonly RestPull[]> {
  const head = `${ownerAndName(repository).owner}:${branch}`
  const what = `finding the pull request of ${head}`
  const params = { head, state: 'all', sort: 'created', direction: 'desc' }
  const all = await callList(
    connection,
    { repository, route: 'GET /repos/{owner}/{repo}/pulls', params, what },
    signal,
  )
  return all.map((entry) => checked(entry, what))
}

async function pull(
  connection: Connection,
  repository: string,
  number: number,
  signal: AbortSignal,
): Promise<RestPull | null> {
  const what = `reading ${repository}#${number}`
  const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}'
  const answer = await callJson(
    connection,
    { repository, route, params: { pull_number: number }, what, absent: [404] },
    signal,
  )
  return answer && checked(answer.data, what)
}

function checked(entry: unknown, what: string): RestPull {
  const pull = entry as Partial<RestPull> | null
  if (typeof pull?.number !== 'number' || typeof pull.state !== 'string')
    throw new Failure('unavailable', `GitHub: ${what}: the answer is no pull request`)
  return pull as RestPull
}
