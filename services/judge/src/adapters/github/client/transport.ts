import { type Instant, toInstantOrNull } from '../../../lib/instant.ts'
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

/**
 * Creates a `fetch` that counts every request and records the budget headers. It sits below
 * Octokit, so retries are counted, too. A time-out is thrown as an `AbortError`, the only error the
 * retry plugin does not retry: the time of the whole call is over.
 */
export function createCountedFetch(
  settings: GithubSettings,
  meter: BudgetMeter,
): typeof globalThis.fetch {
  return async (input, init) => {
    const api = String(input) === settings.graphqlUrl ? 'graphql' : 'rest'
    try {
      const response = await fetch(input, init)
      if (api === 'graphql') recordBudgetHeaders(response.headers, meter)
      settings.onRequest(api, toRequestOutcome(response))
      return response
    } catch (error) {
      settings.onRequest(api, isGivenUp(init?.signal) ? 'given_up' : 'unreachable')
      if (error instanceof DOMException)
        throw new DOMException('the request ran out of time', 'AbortError')
      throw error
    }
  }
}

/** A time-out aborts with a `TimeoutError`, a caller that stops with an `AbortError`. */
const isGivenUp = (signal: AbortSignal | null | undefined): boolean =>
  signal?.aborted === true &&
  signal.reason instanceof DOMException &&
  signal.reason.name === 'AbortError'

function toRequestOutcome(response: Response): RequestOutcome {
  if (response.status < 400) return 'ok'
  if (response.status >= 500) return 'failed'
  return isRateLimited(response.status, (name) => response.headers.get(name), '')
    ? 'limited'
    : 'refused'
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
