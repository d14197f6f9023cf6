import { Failure } from '../../../lib/failure.ts'
import type { Instant, Millis } from '../../../lib/instant.ts'
import { clip } from '../../../lib/text.ts'
import type { GithubSettings } from './settings.ts'
import { isLimited } from './transport.ts'

export interface Attempted {
  /** What was tried, in words: "setting the commit status of acme/widgets". */
  readonly what: string
  readonly write: boolean
  /** Whether a request left at all. */
  readonly sent: boolean
}

interface Answer {
  readonly status: number
  readonly message: string
  readonly headers: Readonly<Record<string, unknown>>
}

/**
 * Turns whatever Octokit, `fetch` or the app's authentication threw into the four kinds the rest of
 * the service knows. The original error is not kept as a cause: it holds the request, and with it
 * credentials and signed addresses.
 */
export function faultOf(error: unknown, tried: Attempted, settings: GithubSettings): Failure {
  if (error instanceof Failure) return error
  const fail = (kind: Failure['kind'], why: string, retryAfter: Millis | null = null) =>
    new Failure(kind, scrubbed(`GitHub: ${tried.what}: ${clip(why, 300)}`, settings), {
      retryAfter,
    })

  const answer = answerOf(error)
  if (answer === null) {
    const why = reasonOf(error)
    if (!tried.sent && /^ERR_(OSSL|CRYPTO)|^ERR_INVALID_ARG/.test(codeOf(error)))
      return fail('forbidden', `the private key of the app: ${why}`)
    return fail(
      tried.write && tried.sent && !neverConnected(error) ? 'unknown' : 'unavailable',
      why,
    )
  }

  const { status, message } = answer
  const wait = waitAsked(answer, settings.now())
  if (isLimited(status, (name) => text(answer.headers[name]), message))
    return fail('unavailable', `rate limited (${status})`, wait ?? secondary(message))
  if (status >= 500)
    return fail(tried.write && tried.sent ? 'unknown' : 'unavailable', `answered ${status}`, wait)
  // Before the request itself only the app's own credentials were asked about.
  if (status === 401 || status === 403 || !tried.sent)
    return fail('forbidden', `${status}: ${message}`)
  if (status === 408 || status === 425) return fail('unavailable', `answered ${status}`, wait)
  return fail('refused', `${status}: ${message}`)
}

/**
 * What GitHub answered, or null where no answer came. Octokit gives a lost connection a 500 that
 * nobody sent.
 */
export function answerOf(error: unknown): Answer | null {
  if (typeof error !== 'object' || error === null || !('response' in error)) return null
  const { response } = error as {
    response?: { status?: number; headers?: Record<string, unknown>; data?: unknown }
  }
  if (!response || typeof response.status !== 'number') return null
  const data = response.data as { message?: unknown } | string | undefined
  const message =
    typeof data === 'object' && data !== null && typeof data.message === 'string'
      ? data.message
      : 'no JSON answer'
  // The retry plugin calls a query that GitHub gave up on a 500, though it was answered with 200.
  const said = 'status' in error && typeof error.status === 'number' ? error.status : 500
  return {
    status: response.status < 400 ? said : response.status,
    message,
    headers: response.headers ?? {},
  }
}

/**
 * What the answer asks us to wait: `retry-after` (seconds or a date), else the reset of an
 * exhausted budget.
 */
export function waitAsked(answer: Pick<Answer, 'headers'>, now: Instant): Millis | null {
  const after = text(answer.headers['retry-after'])
  if (after !== null && after.trim() !== '') {
    const seconds = Number(after)
    if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
    const at = Date.parse(after)
    if (Number.isFinite(at)) return Math.max(0, at - now)
  }
  if (text(answer.headers['x-ratelimit-remaining']) !== '0') return null
  const reset = Number(text(answer.headers['x-ratelimit-reset']) ?? Number.NaN)
  return Number.isFinite(reset) ? Math.max(1000, reset * 1000 - now) : null
}

/** "If no header says how long, wait at least one minute" (GitHub docs, secondary rate limits). */
const secondary = (message: string): Millis | null =>
  /secondary|abuse/i.test(message) ? 60_000 : null

const text = (value: unknown): string | null =>
  value === undefined || value === null ? null : String(value)

const codeOf = (error: unknown): string => {
  for (let at = error, depth = 0; depth < 5 && typeof at === 'object' && at !== null; depth += 1) {
    if ('code' in at && typeof at.code === 'string') return at.code
    at = 'cause' in at ? at.cause : null
  }
  return ''
}
const neverConnected = (error: unknown): boolean =>
  [
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'UND_ERR_CONNECT_TIMEOUT',
  ].includes(codeOf(error))

function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'AbortError') return 'no answer in time'
  return codeOf(error) || (error instanceof Error ? error.message : 'no answer')
}

/** A server that echoes what it was sent must not put our credentials into a log. */
function scrubbed(message: string, { credentials, reviewRequestToken }: GithubSettings): string {
  const secrets = [credentials.kind === 'token' ? credentials.token : null, reviewRequestToken]
  return secrets
    .reduce<string>((clean, secret) => (secret ? clean.replaceAll(secret, '***') : clean), message)
    .replace(/\b(?:gh[oprsu]_|github_pat_)\w+/g, '***')
}
