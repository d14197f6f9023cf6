import { Failure, isFailure, messageOf } from '../lib/failure.ts'
import type { Millis } from '../lib/instant.ts'

/** Codes of failures that come before a single byte of the request has left. */
const neverSent: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_INVALID_URL',
])

/**
 * A request that got no answer, as a failure. Only where it certainly never left is it
 * `unavailable`; anything else (a reset, a time-out, an abort) may have been carried out, and is
 * `unknown`.
 */
export function noAnswer(error: unknown, what: string): Failure {
  if (isFailure(error)) return error
  const kind = codesOf(error).some((code) => neverSent.has(code)) ? 'unavailable' : 'unknown'
  return new Failure(
    kind,
    `${what}: ${kind === 'unknown' ? 'no answer' : 'not reached'} (${messageOf(error)})`,
    {
      cause: error,
    },
  )
}

/**
 * An answer that is no success, as a failure: 401 and 403 are `forbidden`, any other 4xx is
 * `refused`, and what time may cure (408, 425, 429, everything from 500, and redirects, which we
 * never follow with a token in hand) is `unavailable`.
 */
export function badAnswer(
  status: number,
  what: string,
  options: { said?: string; retryAfter?: Millis | null } = {},
): Failure {
  const said = options.said ? `: ${options.said.replace(/\s+/g, ' ').slice(0, 300)}` : ''
  return new Failure(kindOf(status), `${what} answered ${status}${said}`, {
    retryAfter: options.retryAfter ?? null,
  })
}

function kindOf(status: number): 'forbidden' | 'refused' | 'unavailable' {
  if (status === 401 || status === 403) return 'forbidden'
  const passing = status === 408 || status === 425 || status === 429
  return status >= 400 && status < 500 && !passing ? 'refused' : 'unavailable'
}

function codesOf(error: unknown): readonly string[] {
  const codes: string[] = []
  // A fetch failure hides its cause one or two levels down; more than four would be a loop.
  for (let at = error, depth = 0; typeof at === 'object' && at !== null && depth < 4; depth += 1) {
    if ('code' in at && typeof at.code === 'string') codes.push(at.code)
    at = 'cause' in at ? at.cause : null
  }
  return codes
}
