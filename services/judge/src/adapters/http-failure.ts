import { collectErrorCodes } from '../lib/error-code.ts'
import { Failure, getErrorMessage, isFailure, type RefusedThing } from '../lib/failure.ts'
import type { Millis } from '../lib/instant.ts'
import { clip, collapseSpace } from '../lib/text.ts'

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
 * token) are `unavailable`. `remedy` says what a person must do about a refusal.
 */
export function toStatusFailure(
  status: number,
  what: string,
  options: {
    readonly detail?: string
    readonly retryAfter?: Millis | null
    readonly remedy?: (refused: RefusedThing) => string
  } = {},
): Failure {
  const detail = options.detail ? `: ${clip(collapseSpace(options.detail), 300)}` : ''
  const kind = toFailureKind(status)
  const refused = status === 401 ? 'credentials' : 'permission'
  const remedy = kind === 'forbidden' ? (options.remedy?.(refused) ?? null) : null
  const answer = `answered ${status}${detail}`
  return new Failure(kind, `${what} ${answer}${remedy === null ? '' : `; ${remedy}`}`, {
    retryAfter: options.retryAfter ?? null,
    answer,
    refused,
    remedy,
    refusesAll: generalRefusals.has(status),
  })
}

/**
 * Refusals of every request: payment required, no such address (or model), no such method, no
 * access through the proxy, gone.
 */
const generalRefusals: ReadonlySet<number> = new Set([402, 404, 405, 407, 410])

function toFailureKind(status: number): 'forbidden' | 'refused' | 'unavailable' {
  if (status === 401 || status === 403) return 'forbidden'
  const isTransient = status === 408 || status === 425 || status === 429
  return status >= 400 && status < 500 && !isTransient ? 'refused' : 'unavailable'
}
