import { Failure } from '../../../lib/failure.ts'
import { toInstantOrNull } from '../../../lib/instant.ts'
import type { GithubConnection } from './connection.ts'
import { type GraphqlError, parseErrors } from './graphql-errors.ts'
import { toGraphqlFailure } from './graphql-failure.ts'
import { send } from './send.ts'
import { RATE_LIMIT_WAIT_MS, readRetryAfter, toFailure } from './to-failure.ts'
import type { BudgetMeter } from './transport.ts'

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
        { ...request, action: call.action, write: false, sent: answer.sent },
        settings,
      )
    const retryAfter =
      readRetryAfter({ headers: response?.headers ?? {} }, settings.now()) ?? RATE_LIMIT_WAIT_MS
    const text = `GitHub: ${call.action}: rate limited`
    throw new Failure('unavailable', text, { answer: 'rate limited', retryAfter })
  }

  const body = answer.data as { data?: T | null } | string | null
  const errors = parseErrors(body)
  const data = typeof body === 'object' && body !== null && 'data' in body ? body.data : null
  if (errors.length > 0 && (!data || errors.some(({ path }) => path.length === 0)))
    throw toGraphqlFailure(errors, { ...call, connection })
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
