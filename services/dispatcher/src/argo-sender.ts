import { ArgoFailure } from './argo-failure.ts'
import { getMember, parseJson } from './json.ts'

export interface ArgoConnection {
  /** Without a trailing slash. */
  readonly url: string
  readonly token: string | null
  /** Reads the token again; null if it does not come from a file that may change. */
  readonly rereadToken: (() => Promise<string>) | null
  /** Called after every request, with its operation and its outcome. */
  readonly onRequest: (
    operation: ArgoOperation,
    outcome: 'answered' | 'failed',
    seconds: number,
  ) => void
}

export type ArgoOperation = 'find' | 'find_archived' | 'submit' | 'ping'

export interface ArgoRequest {
  readonly path: string
  readonly signal: AbortSignal
  /** The body of a POST; without it the request is a GET. */
  readonly content?: string
}

export interface ArgoAnswer {
  readonly status: number
  readonly body: unknown
  /** In seconds, if the server asks the client to wait. */
  readonly retryAfter: number | null
}

/** Three requests stay below the 15 s that a sender waits for the dispatcher. */
const REQUEST_TIMEOUT_MS = 4_000

/**
 * Returns a function that sends requests with the token. After a 401 the token is read again, once.
 * Rejects with `ArgoFailure` if no complete answer arrives.
 */
export function createArgoSender({
  url,
  token: firstToken,
  rereadToken,
  onRequest,
}: ArgoConnection) {
  let token = firstToken
  const fetchAnswer = async ({ path, signal, content }: ArgoRequest): Promise<ArgoAnswer> => {
    const response = await fetch(`${url}${path}`, {
      method: content === undefined ? 'GET' : 'POST',
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
      headers: {
        accept: 'application/json',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(content === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(content === undefined ? {} : { body: content }),
    })
    return {
      status: response.status,
      body: parseJson(await response.text()),
      retryAfter: parseSeconds(response.headers.get('retry-after')),
    }
  }
  return async (operation: ArgoOperation, request: ArgoRequest): Promise<ArgoAnswer> => {
    const startedAt = performance.now()
    const finish = (outcome: 'answered' | 'failed'): void =>
      onRequest(operation, outcome, (performance.now() - startedAt) / 1000)
    try {
      let answer = await fetchAnswer(request)
      if (answer.status === 401 && rereadToken !== null) {
        token = (await rereadToken()).trim().replace(/^Bearer +/i, '')
        answer = await fetchAnswer(request)
      }
      finish(answer.status < 500 ? 'answered' : 'failed')
      return answer
    } catch (error) {
      finish('failed')
      if (error instanceof ArgoFailure) throw error
      throw new ArgoFailure('away', `Argo cannot be reached: ${describeCause(error)}`, {
        cause: error,
      })
    }
  }
}

/** The body of a successful answer. Throws `ArgoFailure` for any other. */
export function readBody({ status, body, retryAfter }: ArgoAnswer): unknown {
  if (status >= 200 && status < 300) return body
  const message = readMessage(body)
  const because = `Argo answered ${status}${message === null ? '' : `: ${message}`}`
  const isTemporary = [401, 403, 408, 429].includes(status) || status >= 500
  throw new ArgoFailure(isTemporary ? 'away' : 'refused', because, { retryAfter })
}

/** The message of an error answer, cut to 500 characters. */
export const readMessage = (body: unknown): string | null => {
  const message = getMember(body, 'message')
  return typeof message === 'string' && message !== '' ? message.slice(0, 500) : null
}

function describeCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return (error.cause instanceof Error ? error.cause : error).message
}

const parseSeconds = (header: string | null): number | null =>
  header !== null && /^\d{1,5}$/.test(header) ? Number(header) : null
