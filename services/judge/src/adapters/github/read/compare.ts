import type { CommitRelation } from '../../../github/port.ts'
import { Failure, isFailure } from '../../../lib/failure.ts'
import { type CommitSha, parseCommitSha } from '../../../run/run.ts'
import { callJson, callStream } from '../client/call.ts'
import type { GithubConnection } from '../client/connection.ts'
import { readBodyText } from '../client/read-body.ts'

const COMPARE_ROUTE = 'GET /repos/{owner}/{repo}/compare/{basehead}'

/**
 * The relation of a reported commit to the head. Anything but a hexadecimal ID is `unknown` without
 * a request, because GitHub would resolve it as a branch name.
 */
export async function readRelation(
  connection: GithubConnection,
  request: { readonly repository: string; readonly commit: string; readonly head: CommitSha },
  signal: AbortSignal,
): Promise<CommitRelation> {
  const commit = request.commit.trim().toLowerCase()
  if (!/^[0-9a-f]{4,64}$/.test(commit)) return 'unknown'
  if (request.head.startsWith(commit)) return 'same'
  const action = `comparing ${commit.slice(0, 12)} with the head of ${request.repository}`
  const params = { basehead: `${commit}...${request.head}`, per_page: 1 }
  const answer = await callJson(
    connection,
    {
      repository: request.repository,
      route: COMPARE_ROUTE,
      params,
      action,
      absentStatuses: [404, 422],
    },
    signal,
  )
  if (answer === null) return 'unknown'
  const { status, base_commit } = answer.data as {
    status?: unknown
    base_commit?: { sha?: unknown }
  }
  if (typeof base_commit?.sha === 'string' && !base_commit.sha.toLowerCase().startsWith(commit))
    return 'unknown'
  switch (status) {
    case 'identical':
      return 'same'
    case 'ahead':
      return 'ancestor'
    case 'behind':
    case 'diverged':
      return 'not_ancestor'
    default:
      throw new Failure('unavailable', `GitHub: ${action}: the answer is not a comparison`)
  }
}

/** The commit that base and head have in common; null if GitHub knows none. */
export async function readMergeBase(
  connection: GithubConnection,
  request: { readonly repository: string; readonly base: CommitSha; readonly head: CommitSha },
  signal: AbortSignal,
): Promise<CommitSha | null> {
  const action = `comparing the base of ${request.repository} with ${request.head.slice(0, 12)}`
  const params = { basehead: `${request.base}...${request.head}`, per_page: 1 }
  const answer = await callJson(
    connection,
    {
      repository: request.repository,
      route: COMPARE_ROUTE,
      params,
      action,
      absentStatuses: [404, 422],
    },
    signal,
  )
  if (answer === null) return null
  const { merge_base_commit } = answer.data as { merge_base_commit?: { sha?: unknown } }
  const { sha } = merge_base_commit ?? {}
  const commit = parseCommitSha(typeof sha === 'string' ? sha : null)
  if (commit === null)
    throw new Failure('unavailable', `GitHub: ${action}: the answer is not a comparison`)
  return commit
}

/**
 * The unified diff from the merge base. It is requested by commit IDs, so that a push in between
 * cannot change what is judged.
 */
export async function readDiff(
  connection: GithubConnection,
  request: {
    readonly repository: string
    readonly base: CommitSha
    readonly head: CommitSha
    readonly maxBytes: number
  },
  signal: AbortSignal,
): Promise<string> {
  const action = `reading the diff of ${request.repository} at ${request.head.slice(0, 12)}`
  const params = {
    basehead: `${request.base}...${request.head}`,
    headers: { accept: 'application/vnd.github.diff' },
  }
  const answer = await callStream(
    connection,
    { repository: request.repository, route: COMPARE_ROUTE, params, action },
    signal,
  )
  const type = answer?.type ?? ''
  if (!answer || /html/.test(type) || /^application\/json/.test(type))
    throw new Failure('unavailable', `GitHub: ${action}: the answer is not a diff`)
  try {
    const text = await readBodyText(answer.body, request.maxBytes)
    if (text === null)
      throw new Failure(
        'refused',
        `GitHub: ${action}: the diff is longer than ${request.maxBytes} bytes`,
      )
    if (/^\s*[<{[]/.test(text))
      throw new Failure('unavailable', `GitHub: ${action}: the answer is not a diff`)
    return text
  } catch (error) {
    throw isFailure(error)
      ? error
      : new Failure('unavailable', `GitHub: ${action}: the answer was cut off`)
  }
}
