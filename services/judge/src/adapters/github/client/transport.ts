import { type Instant, toInstantOrNull } from '../../../lib/instant.ts'
import { AnswerTooLong, fetchBounded, JSON_BYTES } from '../../fetch-bounded.ts'
import { toGraphqlOutcome } from './graphql-errors.ts'
import type { GithubSettings, RequestOutcome } from './settings.ts'

export interface GraphqlBudget {
  readonly remaining: number
  readonly limit: number
  readonly resetsAt: Instant
}

/** The rest of the hourly GraphQL budget, according to the last answer. */
export interface BudgetMeter {
  read(): GraphqlBudget | null
  record(budget: GraphqlBudget): void
}

export function createBudgetMeter(): BudgetMeter {
  let last: GraphqlBudget | null = null
  return {
    read: () => last,
    record(budget) {
      last = budget
    },
  }
}

interface CountedFetchOptions {
  readonly meter: BudgetMeter
  readonly optionalFields: readonly string[]
  /** More than the default: the body is passed on as a stream, which its reader bounds, too. */
  readonly maxBytes?: number
}

/**
 * Creates a `fetch` that counts every request and records the budget headers. It sits below
 * Octokit, so retries are counted, too. A time-out is thrown as an `AbortError`, the only error the
 * retry plugin does not retry: the time of the whole call is over. `optionalFields` are the parts
 * of a GraphQL answer that may be refused.
 */
export function createCountedFetch(
  settings: GithubSettings,
  { meter, optionalFields, maxBytes = JSON_BYTES }: CountedFetchOptions,
): typeof globalThis.fetch {
  return async (input, init) => {
    const api = String(input) === settings.graphqlUrl ? 'graphql' : 'rest'
    try {
      const response = await fetchBounded(input, init, { maxBytes })
      if (api === 'rest') {
        settings.onRequest(api, await toRequestOutcome(response))
        // Read here, because Octokit takes a body that it cannot read for an empty one.
        return maxBytes > JSON_BYTES || response.body === null
          ? response
          : keepAddress(new Response(await response.text(), response), response)
      }
      recordBudgetHeaders(response.headers, meter)
      // GraphQL refuses with status 200, so the body decides.
      const text = await response.text()
      const complete = new Response(text, response)
      settings.onRequest(
        api,
        response.ok && text.includes('"errors"')
          ? toGraphqlOutcome(text, optionalFields)
          : await toRequestOutcome(complete),
      )
      return complete
    } catch (error) {
      settings.onRequest(api, isGivenUp(init?.signal) ? 'given_up' : 'unreachable')
      if (error instanceof AnswerTooLong) throw error
      if (error instanceof DOMException)
        throw new DOMException('the request ran out of time', 'AbortError')
      throw error
    }
  }
}

function keepAddress(copy: Response, { url }: Response): Response {
  Object.defineProperty(copy, 'url', { value: url })
  return copy
}

/** A time-out aborts with a `TimeoutError`, a caller that stops with an `AbortError`. */
const isGivenUp = (signal: AbortSignal | null | undefined): boolean =>
  signal?.aborted === true &&
  signal.reason instanceof DOMException &&
  signal.reason.name === 'AbortError'

async function toRequestOutcome(response: Response): Promise<RequestOutcome> {
  const { status, headers } = response
  if (status < 400) return 'ok'
  if (status >= 500) return 'failed'
  // Only its message distinguishes a limit without headers from a refusal.
  const message = status === 403 ? await response.clone().text() : ''
  return isRateLimited(status, (name) => headers.get(name), message) ? 'limited' : 'refused'
}

/**
 * GitHub reports a rate limit as 429, or as 403 with one of these headers or messages (GitHub docs,
 * "Rate limits for the REST API").
 */
export function isRateLimited(
  status: number,
  header: (name: string) => string | null,
  message: string,
): boolean {
  if (status === 429) return true
  if (status !== 403) return false
  return (
    header('retry-after') !== null ||
    header('x-ratelimit-remaining') === '0' ||
    /rate limit|abuse/i.test(message)
  )
}

function recordBudgetHeaders(headers: Headers, meter: BudgetMeter): void {
  const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) =>
    headers.get(`x-ratelimit-${name}`),
  )
  if (!limit || !remaining || !reset) return
  const resetsAt = toInstantOrNull(Number(reset) * 1000)
  if (resetsAt !== null)
    meter.record({ limit: Number(limit), remaining: Number(remaining), resetsAt })
}
