import { retry } from '@octokit/plugin-retry'
import { throttling } from '@octokit/plugin-throttling'
import { Octokit } from '@octokit/rest'
import { limitConcurrency } from '../../../lib/limit-concurrency.ts'
import { silentLog } from './installations.ts'
import type { GithubSettings } from './settings.ts'

const ThrottledOctokit = Octokit.plugin(retry, throttling)

/** Statuses that are not retried: GitHub understood the request. */
const finalStatuses = [400, 401, 403, 404, 406, 409, 410, 413, 415, 422, 429, 451]

interface ClientOptions {
  /** Octokit's options for its credentials. */
  readonly auth: object
  /** Whether the client sends more than reads. */
  readonly writes: boolean
  /** Clients of one account have one id, and share its limit of concurrent requests. */
  readonly account: string
}

/** Creates a function that builds Octokit instances, all of which use this `fetch`. */
export function createClientBuilder(
  settings: GithubSettings,
  fetch: typeof globalThis.fetch,
): (options: ClientOptions) => Octokit {
  const global = createRequestGroup(MAX_CONCURRENT_REQUESTS)
  return ({ auth, writes, account }) =>
    new ThrottledOctokit({
      ...auth,
      baseUrl: settings.apiUrl,
      userAgent: 'codex-judge',
      log: silentLog,
      request: { fetch, log: silentLog },
      retry: {
        doNotRetry: finalStatuses,
        retries: 1,
        retryAfterBaseValue: settings.retryPause ?? 1000,
      },
      throttle: {
        id: account,
        ...rateLimitHandlers,
        global,
        ...(writes && requiresWriteSpacing(settings.apiUrl) ? {} : unspaced),
      },
    } as ConstructorParameters<typeof Octokit>[0])
}

/**
 * Rate limits are never waited out here: the engine schedules the retry. The plugin therefore has
 * nothing to retry, and its retry queue, which delays each request by some milliseconds, is
 * bypassed.
 */
const rateLimitHandlers = {
  onRateLimit: () => false,
  onSecondaryRateLimit: () => false,
  retryLimiter: {
    on() {},
    schedule: <T>(job: (...given: unknown[]) => T, ...given: unknown[]): T => job(...given),
  },
}

/**
 * Limits the concurrent requests of each account like the plugin's own group, without its queue.
 */
const createRequestGroup = (maxConcurrent: number) => {
  const limits = new Map<string, ReturnType<typeof limitConcurrency>>()
  return {
    key: (id: string) => {
      const limit = limits.get(id) ?? limitConcurrency(maxConcurrent)
      limits.set(id, limit)
      return {
        schedule: <T>(
          _options: unknown,
          job: (...given: unknown[]) => Promise<T>,
          ...given: unknown[]
        ) => limit(() => job(...given)),
      }
    },
  }
}
const MAX_CONCURRENT_REQUESTS = 10

const unqueued = {
  key: () => ({ schedule: (_options: unknown, job: () => Promise<unknown>) => job() }),
}
const unspaced = { write: unqueued, notifications: unqueued }

/**
 * GitHub's cloud asks for a second between writes and for more between those that notify people. A
 * self-hosted server sets its own limits and reports them with 429.
 */
const requiresWriteSpacing = (apiUrl: string): boolean =>
  /(^|\.)(github\.com|ghe\.com)$/.test(new URL(apiUrl).hostname)
