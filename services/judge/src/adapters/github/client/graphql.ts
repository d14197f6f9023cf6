import { Failure } from '../../../lib/failure.ts'
import { instantOrNull } from '../../../lib/instant.ts'
import { clip } from '../../../lib/text.ts'
import type { Connection } from './connection.ts'
import { faultOf, waitAsked } from './fault.ts'
import { send } from './send.ts'
import type { BudgetMeter } from './transport.ts'

/** One entry of a GraphQL answer's `errors`. */
export interface GraphqlError {
  readonly message: string
  readonly type: string | null
  readonly path: readonly (string | number)[]
}

export interface GraphqlAnswer<T> {
  readonly data: T
  /**
   * What GitHub could not answer although the query was run: parts of `data` are null because of
   * it.
   */
  readonly errors: readonly GraphqlError[]
}

export interface GraphqlCall {
  readonly repository: string
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly what: string
}

/**
 * Runs one query. Rejects with `Failure` where nothing was answered at all (no data, too fast, no
 * JSON); errors beside data are handed back, because only the caller knows which parts it can do
 * without: see `demand`.
 */
export async function ask<T extends object>(
  connection: Connection,
  call: GraphqlCall,
  signal: AbortSignal,
): Promise<GraphqlAnswer<T>> {
  const { settings, meter } = connection
  const params = { query: call.query, variables: call.variables }
  const outgoing = {
    repository: call.repository,
    role: 'read',
    route: `POST ${settings.graphqlUrl}`,
    params,
    options: {},
  } as const
  const answer = await send(connection, outgoing, signal)
  if (answer.kind === 'failed') {
    const response = (
      answer.error as { response?: { data?: unknown; headers?: Record<string, unknown> } } | null
    )?.response
    const limited = errorsOf(response?.data).some(({ type }) => type === 'RATE_LIMITED')
    if (!limited)
      throw faultOf(answer.error, { what: call.what, write: false, sent: answer.sent }, settings)
    const retryAfter = waitAsked({ headers: response?.headers ?? {} }, settings.now()) ?? 60_000
    throw new Failure('unavailable', `GitHub: ${call.what}: rate limited`, { retryAfter })
  }

  const body = answer.data as { data?: T | null } | string | null
  const errors = errorsOf(body)
  const data = typeof body === 'object' && body !== null && 'data' in body ? body.data : null
  if (errors.length > 0 && (!data || errors.some(({ path }) => path.length === 0)))
    throw failureFor(errors, call.what)
  if (!data)
    throw new Failure('unavailable', `GitHub: ${call.what}: the answer is not JSON with data`)
  noteBudget(data, meter)
  return { data, errors }
}

function noteBudget(data: object, meter: BudgetMeter): void {
  const rate = (
    data as { rateLimit?: { remaining?: number; limit?: number; resetAt?: string } | null }
  ).rateLimit
  const resetsAt = instantOrNull(rate?.resetAt)
  if (rate?.remaining === undefined || rate.limit === undefined || resetsAt === null) return
  meter.note({ remaining: rate.remaining, limit: rate.limit, resetsAt })
}

function errorsOf(body: unknown): readonly GraphqlError[] {
  const errors = (body as { errors?: unknown } | null | undefined)?.errors
  if (!Array.isArray(errors)) return []
  return errors.map((error: { message?: unknown; type?: unknown; path?: unknown }) => ({
    message: typeof error?.message === 'string' ? error.message : 'no message',
    type: typeof error?.type === 'string' ? error.type : null,
    path: Array.isArray(error?.path) ? error.path : [],
  }))
}

/**
 * Lets those errors pass that mean "you may not see this" or "there is no such thing here" in a
 * part the caller named as optional; any other fails the reading. A part that failed for another
 * reason (a time-out within GitHub) is not known, and what is not known must not look like what is
 * not there.
 */
export function demand(
  errors: readonly GraphqlError[],
  optional: readonly string[],
  what: string,
): void {
  const grave = errors.filter(
    (error) => !(error.path.some((step) => optional.includes(String(step))) && isAbsence(error)),
  )
  if (grave.length > 0) throw failureFor(grave, what)
}

/**
 * The last words are those of a server that does not have the field: GitHub's own, and those of the
 * reference implementation.
 */
export const isAbsence = ({ type, message }: GraphqlError): boolean =>
  type === 'FORBIDDEN' ||
  type === 'INSUFFICIENT_SCOPES' ||
  type === 'NOT_FOUND' ||
  /not accessible|must have (push|admin)|non-nullable|cannot represent|doesn['’]t exist on type|cannot query field/i.test(
    message,
  )

function failureFor(errors: readonly GraphqlError[], what: string): Failure {
  const [first] = errors
  const message = `GitHub: ${what}: ${clip(first?.message ?? 'no answer', 300)}`
  const types = errors.map(({ type }) => type)
  if (types.includes('RATE_LIMITED'))
    return new Failure('unavailable', message, { retryAfter: 60_000 })
  if (types.includes('FORBIDDEN') || types.includes('INSUFFICIENT_SCOPES'))
    return new Failure('forbidden', message)
  if (types.includes('NOT_FOUND')) return new Failure('refused', message)
  return new Failure('unavailable', message)
}
