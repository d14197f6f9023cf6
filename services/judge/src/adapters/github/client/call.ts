import { Failure } from '../../../lib/failure.ts'
import { type Connection, ownerAndName, type Role } from './connection.ts'
import { answerOf, faultOf } from './fault.ts'
import { send } from './send.ts'

export interface RestCall {
  readonly repository: string
  /** Octokit's form: `GET /repos/{owner}/{repo}/pulls`; owner and repo are filled in. */
  readonly route: string
  readonly params?: Readonly<Record<string, unknown>>
  /** What is being done, in words, for the message of a failure. */
  readonly what: string
  /** Default: `read` for GET, `write` for everything else. */
  readonly role?: Role
  /** Answers that are not failures, by status: they come back as null. */
  readonly absent?: readonly number[]
}

export interface RestAnswer {
  readonly data: unknown
  readonly headers: Readonly<Record<string, string>>
}

/**
 * One REST request whose answer is JSON. Null where the status is among `absent`. Rejects with
 * `Failure` only.
 */
export async function callJson(
  connection: Connection,
  call: RestCall,
  signal: AbortSignal,
): Promise<RestAnswer | null> {
  const answer = await perform(connection, call, signal, true)
  if (answer === null || (isWrite(call) && (answer.data === '' || answer.data === undefined)))
    return answer
  if (
    typeof answer.data === 'object' &&
    answer.data !== null &&
    !(answer.data instanceof ArrayBuffer)
  )
    return answer
  // Octokit hands a body that was cut short, or a proxy's page of HTML, over as plain text.
  throw new Failure(
    isWrite(call) ? 'unknown' : 'unavailable',
    `GitHub: ${call.what}: the answer is not JSON`,
  )
}

/**
 * One REST request whose body is read by the caller, piece by piece. Null where the status is among
 * `absent`.
 */
export async function callStream(
  connection: Connection,
  call: RestCall,
  signal: AbortSignal,
): Promise<{ body: AsyncIterable<Uint8Array>; type: string } | null> {
  const answer = await perform(connection, call, signal, false)
  if (answer === null) return null
  const stream = answer.data as AsyncIterable<Uint8Array> | null
  return { body: pieces(connection, call, stream), type: answer.headers['content-type'] ?? '' }
}

async function* pieces(
  connection: Connection,
  call: RestCall,
  stream: AsyncIterable<Uint8Array> | null,
) {
  try {
    if (stream && typeof stream === 'object') yield* stream
  } catch (error) {
    throw faultOf(error, { what: call.what, write: false, sent: true }, connection.settings)
  }
}

const isWrite = (call: RestCall): boolean => !call.route.startsWith('GET ')

async function perform(
  connection: Connection,
  call: RestCall,
  signal: AbortSignal,
  parse: boolean,
) {
  const write = isWrite(call)
  const { owner, name } = ownerAndName(call.repository)
  const params = { owner, repo: name, ...call.params }
  // A write is never repeated here: who wants it looks first whether it was done.
  const options = { parseSuccessResponseBody: parse, ...(write ? { retries: 0 } : {}) }
  const role = call.role ?? (write ? 'write' : 'read')
  const outcome = await send(
    connection,
    { repository: call.repository, role, route: call.route, params, options },
    signal,
  )
  if (outcome.kind === 'answered') return outcome
  const { error, sent } = outcome
  // Only the answer to the request itself can say "there is none"; the app's own 404 says that it
  // was uninstalled.
  if (sent && call.absent?.includes(answerOf(error)?.status ?? 0)) return null
  throw faultOf(error, { what: call.what, write, sent }, connection.settings)
}

/**
 * A bound on every list: 10,000 entries are no list a run can depend on, but a server that pages in
 * a circle.
 */
const maxPages = 100

/**
 * Every entry of a REST list, following `Link: rel="next"`. Octokit's own paginate is not used: it
 * takes a page whose body was cut for an empty one, and a list must be complete or fail.
 */
export async function callList(
  connection: Connection,
  call: RestCall,
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  const items: unknown[] = []
  for (let page = 1; page <= maxPages; page += 1) {
    const answer = await callJson(
      connection,
      { ...call, params: { ...call.params, per_page: 100, page } },
      signal,
    )
    if (!answer || !Array.isArray(answer.data))
      throw new Failure('unavailable', `GitHub: ${call.what}: page ${page} is no list`)
    items.push(...answer.data)
    const { link } = answer.headers
    const more = link ? /rel="?next"?/.test(link) : answer.data.length >= 100
    if (!more) return items
  }
  throw new Failure('unavailable', `GitHub: ${call.what}: more than ${maxPages} pages`)
}
