import { collectErrorCodes } from '../lib/error-code.ts'
import { Failure, getErrorMessage, isFailure } from '../lib/failure.ts'
import type { Millis } from '../lib/instant.ts'

/** Codes of errors that occur before any byte of the request is sent. */
const notSentCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_INVALID_URL',
])

/**
 * The failure of a request that got no answer. It is `unavailable` if the request was certainly
 * never sent; after a reset, a time-out or an abort the server may have carried it out: `unknown`.
 */
export function toNoAnswerFailure(error: unknown, what: string): Failure {
  if (isFailure(error)) return error
  const wasSent = !collectErrorCodes(error).some((code) => notSentCodes.has(code))
  return new Failure(
    wasSent ? 'unknown' : 'unavailable',
    `${what}: ${wasSent ? 'no answer' : 'not reached'} (${getErrorMessage(error)})`,
    { cause: error },
  )
}

/**
 * The failure of an HTTP answer that is not a success: 401 and 403 are `forbidden`, any other 4xx
 * is `refused`. 408, 425, 429, 5xx and redirects (never followed, because the request carries a
 * token) are `unavailable`.
 */
export function toStatusFailure(
  status: number,
  what: string,
  options: { detail?: string; retryAfter?: Millis | null } = {},
): Failure {
  const detail = options.detail ? `: ${options.detail.replace(/\s+/g, ' ').slice(0, 300)}` : ''
  return new Failure(toFailureKind(status), `${what} answered ${status}${detail}`, {
    retryAfter: options.retryAfter ?? null,
  })
}

function toFailureKind(status: number): 'forbidden' | 'refused' | 'unavailable' {
  if (status === 401 || status === 403) return 'forbidden'
  const isTransient = status === 408 || status === 425 || status === 429
  return status >= 400 && status < 500 && !isTransient ? 'refused' : 'unavailable'
}
