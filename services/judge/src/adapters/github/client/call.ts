import { Failure } from '../../../lib/failure.ts'
import { type GithubConnection, type GithubRole, splitRepository } from './connection.ts'
import { send } from './send.ts'
import { readErrorResponse, toFailure } from './to-failure.ts'

export interface RestCall {
  readonly repository: string
  /** Octokit's form: `GET /repos/{owner}/{repo}/pulls`; owner and repo are filled in. */
  readonly route: string
  readonly params?: Readonly<Record<string, unknown>>
  /** What the request does, for the message of a failure: "reading acme/widgets#7". */
  readonly action: string
  /** Default: `read` for GET, `write` for every other method. */
  readonly role?: GithubRole
  /** Statuses that mean "there is none": the call resolves to null instead of failing. */
  readonly absentStatuses?: readonly number[]
}

export interface RestAnswer {
  readonly data: unknown
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Sends a REST request whose answer is JSON. Resolves to null for a status in `absentStatuses`;
 * rejects with `Failure` only.
 */
export async function callJson(
  connection: GithubConnection,
  call: RestCall,
  signal: AbortSignal,
): Promise<RestAnswer | null> {
  const answer = await sendCall(connection, { ...call, parse: true }, signal)
  if (answer === null || (isWrite(call) && (answer.data === '' || answer.data === undefined)))
    return answer
  if (
    typeof answer.data === 'object' &&
    answer.data !== null &&
    !(answer.data instanceof ArrayBuffer)
  )
    return answer
  // Octokit returns a body that was cut off, or a proxy's HTML page, as plain text.
  throw new Failure(
    isWrite(call) ? 'unknown' : 'unavailable',
    `GitHub: ${call.action}: the answer is not JSON`,
  )
}

/**
 * Sends a REST request whose body the caller reads as a stream. Resolves to null for a status in
 * `absentStatuses`; the stream throws `Failure` only.
 */
export async function callStream(
  connection: GithubConnection,
  call: RestCall,
  signal: AbortSignal,
): Promise<{ body: AsyncIterable<Uint8Array>; type: string } | null> {
  const answer = await sendCall(connection, { ...call, parse: false }, signal)
  if (answer === null) return null
  const stream = answer.data as AsyncIterable<Uint8Array> | null
  return { body: readPieces(connection, call, stream), type: answer.headers['content-type'] ?? '' }
}

async function* readPieces(
  connection: GithubConnection,
  call: RestCall,
  stream: AsyncIterable<Uint8Array> | null,
) {
  try {
    if (stream && typeof stream === 'object') yield* stream
  } catch (error) {
    const request = { ...call, role: call.role ?? 'read', write: false, sent: true } as const
    throw toFailure(error, request, connection.settings)
  }
}

const isWrite = (call: RestCall): boolean => !call.route.startsWith('GET ')

async function sendCall(
  connection: GithubConnection,
  call: RestCall & { readonly parse: boolean },
  signal: AbortSignal,
) {
  const isWriteCall = isWrite(call)
  const { owner, name } = splitRepository(call.repository)
  const params = { owner, repo: name, ...call.params }
  // A write is never retried here: the caller first checks whether it was carried out.
  const options = { parseSuccessResponseBody: call.parse, ...(isWriteCall ? { retries: 0 } : {}) }
  const role = call.role ?? (isWriteCall ? 'write' : 'read')
  const outcome = await send(
    connection,
    { repository: call.repository, role, route: call.route, params, options },
    signal,
  )
  if (outcome.kind === 'answered') return outcome
  const { error, sent } = outcome
  // A 404 before the request itself was sent is about the app: it was uninstalled.
  if (sent && call.absentStatuses?.includes(readErrorResponse(error)?.status ?? 0)) return null
  throw toFailure(error, { ...call, role, write: isWriteCall, sent }, connection.settings)
}

/** A longer list (10,000 entries) comes from a server whose pages form a loop. */
const MAX_LIST_PAGES = 100

/**
 * Reads every entry of a REST list, following `Link: rel="next"`, or fails. Octokit's `paginate` is
 * not used because it takes a page whose body was cut off for an empty one.
 */
export async function callList(
  connection: GithubConnection,
  call: RestCall,
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  const items: unknown[] = []
  for (let page = 1; page <= MAX_LIST_PAGES; page += 1) {
    const answer = await callJson(
      connection,
      { ...call, params: { ...call.params, per_page: 100, page } },
      signal,
    )
    if (!answer || !Array.isArray(answer.data))
      throw new Failure('unavailable', `GitHub: ${call.action}: page ${page} is not a list`)
    items.push(...answer.data)
    const { link } = answer.headers
    const hasMore = link ? /rel="?next"?/.test(link) : answer.data.length >= 100
    if (!hasMore) return items
  }
  throw new Failure(
    'unavailable',
    `GitHub: ${call.action}: the list has more than ${MAX_LIST_PAGES} pages`,
  )
}
