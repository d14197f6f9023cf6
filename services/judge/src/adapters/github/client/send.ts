import { type GithubConnection, type GithubRole, splitRepository } from './connection.ts'
import { readErrorResponse } from './to-failure.ts'

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
 */
export async function send(
  connection: GithubConnection,
  { repository, role, route, params, options }: OutgoingRequest,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(connection.settings.timeout)])
  let sent = false
  const fetch: typeof globalThis.fetch = (input, init) => {
    sent = true
    return connection.fetch(input, init)
  }
  try {
    deadline.throwIfAborted()
    const client = await connection.getClient(repository, role)
    const request = { ...options, signal: deadline, fetch }
    const { data, headers } = await rejectOnAbort(
      client.request(route, { ...params, request }),
      deadline,
    )
    return { kind: 'answered', data, headers: headers as Record<string, string> }
  } catch (error) {
    const status = readErrorResponse(error)?.status ?? 0
    if (!sent && status >= 400 && status < 500)
      connection.forgetInstallation(splitRepository(repository).owner)
    return { kind: 'failed', error, sent }
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
