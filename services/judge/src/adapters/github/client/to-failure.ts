import { collectErrorCodes } from '../../../lib/error-code.ts'
import { Failure, type FailureOptions, type FailureScope } from '../../../lib/failure.ts'
import type { Instant, Millis } from '../../../lib/instant.ts'
import { clip } from '../../../lib/text.ts'
import { AnswerTooLong } from '../../fetch-bounded.ts'
import type { GithubRole } from './connection.ts'
import { RedirectError } from './follow-redirects.ts'
import { describeRemedy } from './remedy.ts'
import type { GithubSettings } from './settings.ts'
import { isRateLimited } from './transport.ts'

export interface AttemptedRequest {
  /** What the request does: "setting the commit status of acme/widgets". */
  readonly action: string
  readonly repository: string
  readonly role: GithubRole
  readonly write: boolean
  /** Whether the request itself was sent. */
  readonly sent: boolean
}

interface ErrorResponse {
  readonly status: number
  readonly message: string
  readonly headers: Readonly<Record<string, unknown>>
}

/**
 * Maps an error of Octokit, `fetch` or the app's authentication to a `Failure`. The original error
 * is not kept as the cause: it holds the request, and with it credentials and signed addresses.
 */
export function toFailure(
  error: unknown,
  request: AttemptedRequest,
  settings: GithubSettings,
): Failure {
  if (error instanceof Failure) return error
  const createFailure = (
    kind: Failure['kind'],
    why: string,
    options: Omit<FailureOptions, 'cause' | 'answer'> = {},
  ) => {
    const answer = scrubCredentials(clip(why, 300), settings)
    const remedy = options.remedy ? `; ${options.remedy}` : ''
    const text = `${scrubCredentials(`GitHub: ${request.action}`, settings)}: ${answer}${remedy}`
    return new Failure(kind, text, { ...options, answer })
  }

  const answer = readErrorResponse(error)
  if (answer === null) {
    const why = describeError(error)
    if (!request.sent && /^ERR_(OSSL|CRYPTO)|^ERR_INVALID_ARG/.test(findErrorCode(error)))
      return createFailure('forbidden', `GITHUB_APP_PRIVATE_KEY is not usable: ${why}`, {
        refused: 'credentials',
        remedy: "set it to the App's private key in PEM format",
      })
    const isUnknown = request.write && request.sent && !isNeverCarriedOut(error)
    return createFailure(isUnknown ? 'unknown' : 'unavailable', why)
  }

  const { status, message } = answer
  const wait = readRetryAfter(answer, settings.now())
  if (isRateLimited(status, (name) => toText(answer.headers[name]), message))
    return createFailure('unavailable', `rate limited (${status})`, {
      retryAfter: wait ?? getSecondaryLimitWait(message),
    })
  if (status >= 500)
    return createFailure(
      request.write && request.sent ? 'unknown' : 'unavailable',
      `answered ${status}`,
      { retryAfter: wait },
    )
  // An error before the request itself is about the app's credentials.
  if (status === 401 || status === 403 || !request.sent)
    return createFailure('forbidden', `${status}: ${message}`, {
      scope: findRefusedScope(status, request, settings),
      refused: status === 401 || !request.sent ? 'credentials' : 'permission',
      remedy: describeRemedy({ ...request, ...answer }, settings),
    })
  if (status === 408 || status === 425)
    return createFailure('unavailable', `answered ${status}`, { retryAfter: wait })
  return createFailure('refused', `${status}: ${message}`)
}

/**
 * What a refusal is about. A token, or the key of an app, that GitHub does not know is refused
 * everywhere; anything else depends on what the owner of the repository has granted.
 */
const findRefusedScope = (
  status: number,
  { sent }: AttemptedRequest,
  { credentials }: GithubSettings,
): FailureScope => (status === 401 && (credentials.kind === 'token' || !sent) ? 'system' : 'owner')

/**
 * GitHub's answer, or null if none came. The status of the error itself is not enough: Octokit sets
 * 500 for a lost connection.
 */
export function readErrorResponse(error: unknown): ErrorResponse | null {
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
  // The retry plugin sets 500 for a query that GitHub aborted, although the answer was a 200.
  const errorStatus = 'status' in error && typeof error.status === 'number' ? error.status : 500
  return {
    status: response.status < 400 ? errorStatus : response.status,
    message,
    headers: response.headers ?? {},
  }
}

/**
 * The wait that the answer asks for: `retry-after` (seconds or a date), otherwise the time until an
 * exhausted budget is reset.
 */
export function readRetryAfter(
  answer: Pick<ErrorResponse, 'headers'>,
  now: Instant,
): Millis | null {
  const after = toText(answer.headers['retry-after'])
  if (after !== null && after.trim() !== '') {
    const seconds = Number(after)
    if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
    const at = Date.parse(after)
    if (Number.isFinite(at)) return Math.max(0, at - now)
  }
  if (toText(answer.headers['x-ratelimit-remaining']) !== '0') return null
  const reset = Number(toText(answer.headers['x-ratelimit-reset']) ?? Number.NaN)
  return Number.isFinite(reset) ? Math.max(1000, reset * 1000 - now) : null
}

/** GitHub's minimum wait where no header names one (docs, "Secondary rate limits"). */
export const RATE_LIMIT_WAIT_MS: Millis = 60_000

const getSecondaryLimitWait = (message: string): Millis | null =>
  /secondary|abuse/i.test(message) ? RATE_LIMIT_WAIT_MS : null

const toText = (value: unknown): string | null =>
  value === undefined || value === null ? null : String(value)

const findErrorCode = (error: unknown): string => collectErrorCodes(error)[0] ?? ''

const neverConnectedCodes: readonly string[] = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]
const isNeverCarriedOut = (error: unknown): boolean =>
  neverConnectedCodes.includes(findErrorCode(error)) ||
  (error instanceof Error && error.cause instanceof RedirectError)

function describeError(error: unknown): string {
  if (error instanceof AnswerTooLong) return error.message
  if (error instanceof Error && error.name === 'AbortError') return 'no answer in time'
  return findErrorCode(error) || (error instanceof Error ? error.message : 'no answer')
}

/**
 * A server that echoes its request must not bring our credentials into a log. An installation token
 * may have the parts of a JSON web token, with dots between them.
 */
export function scrubCredentials(
  message: string,
  { credentials, reviewRequestToken }: GithubSettings,
): string {
  const secrets = [credentials.kind === 'token' ? credentials.token : null, reviewRequestToken]
  return secrets
    .reduce<string>((clean, secret) => (secret ? clean.replaceAll(secret, '***') : clean), message)
    .replace(/\b(?:gh[oprsu]_|github_pat_)[\w-]+(?:\.[\w-]+)*/g, '***')
}
