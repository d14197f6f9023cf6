import { type Connection, ownerAndName, type Role } from './connection.ts'
import { answerOf } from './fault.ts'

export interface Outgoing {
  readonly repository: string
  readonly role: Role
  readonly route: string
  readonly params: Readonly<Record<string, unknown>>
  /** Octokit's own options: how often to repeat, whether to read the body. */
  readonly options: { readonly retries?: number; readonly parseSuccessResponseBody?: boolean }
}

export type Sent =
  | {
      readonly kind: 'answered'
      readonly data: unknown
      readonly headers: Readonly<Record<string, string>>
    }
  /**
   * `sent`: whether the request itself left; before that only the app's installation and token were
   * asked for.
   */
  | { readonly kind: 'failed'; readonly error: unknown; readonly sent: boolean }

/**
 * Sends one request as the right account, within the time of the call. Never rejects: a failure
 * says whether it had left.
 */
export async function send(
  connection: Connection,
  { repository, role, route, params, options }: Outgoing,
  signal: AbortSignal,
): Promise<Sent> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(connection.settings.timeout)])
  let sent = false
  const fetch: typeof globalThis.fetch = (input, init) => {
    sent = true
    return connection.fetch(input, init)
  }
  try {
    limit.throwIfAborted()
    const client = await connection.client(repository, role)
    const request = { ...options, signal: limit, fetch }
    const { data, headers } = await orAborted(client.request(route, { ...params, request }), limit)
    return { kind: 'answered', data, headers: headers as Record<string, string> }
  } catch (error) {
    const refusal = answerOf(error)?.status ?? 0
    if (!sent && refusal >= 400 && refusal < 500) connection.forget(ownerAndName(repository).owner)
    return { kind: 'failed', error, sent }
  }
}

/**
 * Octokit's queue of spaced writes knows no signal: a stop must not wait until it is this call's
 * turn.
 */
function orAborted<T>(answered: Promise<T>, signal: AbortSignal): Promise<T> {
  const stopped = new Promise<never>((_, reject) => {
    const stop = () => reject(new DOMException('the time for the request was over', 'AbortError'))
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
  return Promise.race([answered, stopped])
}
