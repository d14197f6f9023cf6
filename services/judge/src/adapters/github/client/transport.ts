import { type Instant, instantOrNull } from '../../../lib/instant.ts'
import type { GithubSettings, RequestOutcome } from './settings.ts'

export interface Budget {
  readonly remaining: number
  readonly limit: number
  readonly resetsAt: Instant
}

/** What is left of the hourly GraphQL budget, as the last answer said. */
export interface BudgetMeter {
  read(): Budget | null
  note(budget: Budget): void
}

export function budgetMeter(): BudgetMeter {
  let last: Budget | null = null
  return {
    read: () => last,
    note(budget) {
      last = budget
    },
  }
}

/**
 * `fetch` with a count of every request and its outcome, and an eye on the budget headers. It sits
 * below Octokit, so that what its plugins repeat is counted as well. A request that ran out of time
 * is reported as aborted, which is the one error the retry plugin leaves alone: the time of the
 * whole call is over, not only of this try.
 */
export function countedFetch(
  settings: GithubSettings,
  meter: BudgetMeter,
): typeof globalThis.fetch {
  return async (input, init) => {
    const api = String(input) === settings.graphqlUrl ? 'graphql' : 'rest'
    try {
      const response = await fetch(input, init)
      if (api === 'graphql') noteHeaders(response.headers, meter)
      settings.onRequest(api, outcomeOf(response))
      return response
    } catch (error) {
      settings.onRequest(api, isGivenUp(init?.signal) ? 'given_up' : 'unreachable')
      if (error instanceof DOMException)
        throw new DOMException('the time for the request was over', 'AbortError')
      throw error
    }
  }
}

/** Time that is over aborts as a `TimeoutError`, and whoever gives up as an `AbortError`. */
const isGivenUp = (signal: AbortSignal | null | undefined): boolean =>
  signal?.aborted === true &&
  signal.reason instanceof DOMException &&
  signal.reason.name === 'AbortError'

function outcomeOf(response: Response): RequestOutcome {
  if (response.status < 400) return 'ok'
  if (response.status >= 500) return 'failed'
  return isLimited(response.status, (name) => response.headers.get(name), '')
    ? 'limited'
    : 'refused'
}

/**
 * GitHub says "too fast" with 429, or with 403 and one of its marks (docs: rate limits for the REST
 * API).
 */
export function isLimited(
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

function noteHeaders(headers: Headers, meter: BudgetMeter): void {
  const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) =>
    headers.get(`x-ratelimit-${name}`),
  )
  if (!limit || !remaining || !reset) return
  const resetsAt = instantOrNull(Number(reset) * 1000)
  if (resetsAt !== null)
    meter.note({ limit: Number(limit), remaining: Number(remaining), resetsAt })
}
