import type { Octokit } from '@octokit/rest'
import type { Millis } from '../../../lib/instant.ts'
import { sanitizeJson } from '../../../lib/json.ts'
import type { GithubConnection, GithubRole } from './connection.ts'
import { parseErrors } from './graphql-errors.ts'
import { readErrorResponse } from './to-failure.ts'
import { isRateLimited } from './transport.ts'

export interface OutgoingRequest {
  readonly repository: string
  readonly role: GithubRole
  readonly route: string
  readonly params: Readonly<Record<string, unknown>>
  /** Octokit's options: the number of retries, and whether to read the body. */
  readonly options: { readonly retries?: number; readonly parseSuccessResponseBody?: boolean }
}

export type SendOutcome =
  | {
      readonly kind: 'answered'
      /** The parsed body, its texts sanitized; a stream if the body was not to be read. */
      readonly data: unknown
      readonly headers: Readonly<Record<string, string>>
    }
  /**
   * `sent`: whether the request itself was sent, after those for the app's installation and token.
   */
  | { readonly kind: 'failed'; readonly error: unknown; readonly sent: boolean }

/**
 * Sends one request as the account of its role, within the time limit of a call. Never rejects: a
 * failed outcome says whether the request was sent.
 *
 * An app that was removed and installed again has another installation, and GitHub refuses the
 * token of the old one. The request is then sent once more through the new one. That is safe for a
 * write, too: a request whose token was refused was not carried out.
 *
 * A repository that was transferred is not seen through the installation of its former owner. The
 * request is then sent once more through the installation of its present one.
 */
export async function send(
  connection: GithubConnection,
  request: OutgoingRequest,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(connection.settings.timeout)])
  const first = await sendOnce(connection, request, deadline)
  const isStale =
    dropInstallation(connection, request, first) || (await isRelocated(connection, request, first))
  if (!isStale) return first.outcome
  const second = await sendOnce(connection, request, deadline)
  dropInstallation(connection, request, second)
  return second.outcome
}

/**
 * Drops the app's installation if the outcome shows that it is not valid any more. Returns whether
 * the request should be sent again, through the installation that is found then.
 */
function dropInstallation(
  { forgetInstallation }: GithubConnection,
  { repository }: OutgoingRequest,
  { outcome, client }: SentRequest,
): boolean {
  if (outcome.kind === 'answered' || client === null) return false
  const fault = findInstallationFault(outcome)
  if (fault === null) return false
  const minAge = fault === 'not_permitted' ? PERMISSIONS_MAX_AGE_MS : 0
  return forgetInstallation(repository, client, minAge) && fault === 'revoked'
}

/** Whether the repository is reached through another installation than the request was sent. */
async function isRelocated(
  { moved, relocate }: GithubConnection,
  { repository }: OutgoingRequest,
  { outcome, client }: SentRequest,
): Promise<boolean> {
  const isMoved = moved.has(repository.toLowerCase())
  return (
    client !== null && hidesRepository(outcome, isMoved) && (await relocate(repository, client))
  )
}

/** Whether the answer can mean that the account does not see the repository. */
function hidesRepository(outcome: SendOutcome, isMoved: boolean): boolean {
  if (outcome.kind === 'answered')
    return parseErrors(outcome.data).some(
      ({ type, path }) => type === 'NOT_FOUND' && path.join() === 'repository',
    )
  const status = outcome.sent ? readErrorResponse(outcome.error)?.status : null
  return status === 404 || (status === 403 && isMoved)
}

/** A token keeps the permissions that its installation had when it was made. */
const PERMISSIONS_MAX_AGE_MS: Millis = 60_000

/** What a failure says about the app's installation: its token, its credentials, its permissions. */
function findInstallationFault({
  error,
  sent,
}: Extract<SendOutcome, { kind: 'failed' }>): 'revoked' | 'refused' | 'not_permitted' | null {
  const answer = readErrorResponse(error)
  if (answer === null || answer.status < 400 || answer.status >= 500) return null
  const { status, headers, message } = answer
  if (sent ? status === 401 : status === 404) return 'revoked'
  if (!sent) return 'refused'
  const readHeader = (name: string) => (headers[name] === undefined ? null : String(headers[name]))
  return status === 403 && !isRateLimited(status, readHeader, message) ? 'not_permitted' : null
}

interface SentRequest {
  readonly outcome: SendOutcome
  /** Null if none could be created. */
  readonly client: Octokit | null
}

async function sendOnce(
  connection: GithubConnection,
  { repository, role, route, params, options }: OutgoingRequest,
  deadline: AbortSignal,
): Promise<SentRequest> {
  let sent = false
  let client: Octokit | null = null
  const fetch: typeof globalThis.fetch = (input, init) => {
    sent = true
    const isStreamed = options.parseSuccessResponseBody === false
    return (isStreamed ? connection.fetchStream : connection.fetch)(input, init)
  }
  try {
    deadline.throwIfAborted()
    client = await connection.getClient(repository, role)
    const request = { ...options, signal: deadline, fetch }
    const { data, headers } = await rejectOnAbort(
      client.request(route, { ...params, request }),
      deadline,
    )
    // The one place that every answer passes which Octokit has parsed; `read-body.ts` is the other.
    const clean = options.parseSuccessResponseBody === false ? data : sanitizeJson(data)
    const answer = { data: clean, headers: headers as Record<string, string> }
    return { outcome: { kind: 'answered', ...answer }, client }
  } catch (error) {
    return { outcome: { kind: 'failed', error, sent }, client }
  }
}

/** Octokit's queue of spaced writes ignores signals, and a stop must not wait for that queue. */
function rejectOnAbort<T>(response: Promise<T>, signal: AbortSignal): Promise<T> {
  const stopped = new Promise<never>((_, reject) => {
    const stop = () => reject(new DOMException('the request ran out of time', 'AbortError'))
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
  return Promise.race([response, stopped])
}
