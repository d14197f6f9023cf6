import { Failure } from '../../../lib/failure.ts'
import { toInstantOrNull } from '../../../lib/instant.ts'
import { clip } from '../../../lib/text.ts'
import type { GithubConnection } from './connection.ts'
import { send } from './send.ts'
import { RATE_LIMIT_WAIT_MS, readRetryAfter, toFailure } from './to-failure.ts'
import type { BudgetMeter } from './transport.ts'

/** One entry of a GraphQL answer's `errors`. */
export interface GraphqlError {
  readonly message: string
  readonly type: string | null
  readonly path: readonly (string | number)[]
}

export interface GraphqlAnswer<T> {
  readonly data: T
  /** What GitHub could not answer, although it ran the query: parts of `data` are null. */
  readonly errors: readonly GraphqlError[]
}

export interface GraphqlCall {
  readonly repository: string
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly action: string
}

/**
 * Runs one query. Rejects with `Failure` if there is no usable answer (no data, rate limited, not
 * JSON). Errors beside data are returned, because the caller knows which parts are optional: see
 * `throwUnlessOptional`.
 */
export async function queryGraphql<T extends object>(
  connection: GithubConnection,
  call: GraphqlCall,
  signal: AbortSignal,
): Promise<GraphqlAnswer<T>> {
  const { settings, meter } = connection
  const params = { query: call.query, variables: call.variables }
  const request = {
    repository: call.repository,
    role: 'read',
    route: `POST ${settings.graphqlUrl}`,
    params,
    options: {},
  } as const
  const answer = await send(connection, request, signal)
  if (answer.kind === 'failed') {
    const response = (
      answer.error as { response?: { data?: unknown; headers?: Record<string, unknown> } } | null
    )?.response
    const isLimited = parseErrors(response?.data).some(({ type }) => type === 'RATE_LIMITED')
    if (!isLimited)
      throw toFailure(
        answer.error,
        { action: call.action, write: false, sent: answer.sent },
        settings,
      )
    const retryAfter =
      readRetryAfter({ headers: response?.headers ?? {} }, settings.now()) ?? RATE_LIMIT_WAIT_MS
    throw new Failure('unavailable', `GitHub: ${call.action}: rate limited`, { retryAfter })
  }

  const body = answer.data as { data?: T | null } | string | null
  const errors = parseErrors(body)
  const data = typeof body === 'object' && body !== null && 'data' in body ? body.data : null
  if (errors.length > 0 && (!data || errors.some(({ path }) => path.length === 0)))
    throw toGraphqlFailure(errors, call.action)
  if (!data)
    throw new Failure('unavailable', `GitHub: ${call.action}: the answer is not JSON with data`)
  recordBudget(data, meter)
  return { data, errors }
}

function recordBudget(data: object, meter: BudgetMeter): void {
  const rate = (
    data as { rateLimit?: { remaining?: number; limit?: number; resetAt?: string } | null }
  ).rateLimit
  const resetsAt = toInstantOrNull(rate?.resetAt)
  if (rate?.remaining === undefined || rate.limit === undefined || resetsAt === null) return
  meter.record({ remaining: rate.remaining, limit: rate.limit, resetsAt })
}

function parseErrors(body: unknown): readonly GraphqlError[] {
  const errors = (body as { errors?: unknown } | null | undefined)?.errors
  if (!Array.isArray(errors)) return []
  return errors.map((error: { message?: unknown; type?: unknown; path?: unknown }) => ({
    message: typeof error?.message === 'string' ? error.message : 'no message',
    type: typeof error?.type === 'string' ? error.type : null,
    path: Array.isArray(error?.path) ? error.path : [],
  }))
}

/**
 * Throws `Failure` for every error but an absence (not permitted, not found) in an optional part. A
 * part that failed for another reason, such as a time-out inside GitHub, is unknown and must not
 * look like an absent one.
 */
export function throwUnlessOptional(
  errors: readonly GraphqlError[],
  optional: readonly string[],
  action: string,
): void {
  const required = errors.filter(
    (error) =>
      !(error.path.some((step) => optional.includes(String(step))) && isAbsenceError(error)),
  )
  if (required.length > 0) throw toGraphqlFailure(required, action)
}

/**
 * Whether an error means that the field is not permitted or does not exist. The messages are those
 * of GitHub and of the GraphQL reference implementation for an unknown field.
 */
export const isAbsenceError = ({ type, message }: GraphqlError): boolean =>
  type === 'FORBIDDEN' ||
  type === 'INSUFFICIENT_SCOPES' ||
  type === 'NOT_FOUND' ||
  /not accessible|must have (push|admin)/i.test(message) ||
  /non-nullable|cannot represent|doesn['’]t exist on type|cannot query field/i.test(message)

function toGraphqlFailure(errors: readonly GraphqlError[], action: string): Failure {
  const [first] = errors
  const message = `GitHub: ${action}: ${clip(first?.message ?? 'no answer', 300)}`
  const types = errors.map(({ type }) => type)
  if (types.includes('RATE_LIMITED'))
    return new Failure('unavailable', message, { retryAfter: RATE_LIMIT_WAIT_MS })
  if (types.includes('FORBIDDEN') || types.includes('INSUFFICIENT_SCOPES'))
    return new Failure('forbidden', message)
  if (types.includes('NOT_FOUND')) return new Failure('refused', message)
  return new Failure('unavailable', message)
}
