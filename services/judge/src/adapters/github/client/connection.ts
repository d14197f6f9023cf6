import { retry } from '@octokit/plugin-retry'
import { throttling } from '@octokit/plugin-throttling'
import { Octokit } from '@octokit/rest'
import type { RequiredCheck } from '../../../github/snapshot.ts'
import type { Instant, Millis } from '../../../lib/instant.ts'
import { limitConcurrency } from '../../../lib/limit-concurrency.ts'
import { followRedirects } from './follow-redirects.ts'
import { type AppInstallation, createInstallations, silentLog } from './installations.ts'
import type { GithubSettings } from './settings.ts'
import { type BudgetMeter, createBudgetMeter, createCountedFetch } from './transport.ts'

/**
 * The purpose of a client. Reads and writes have separate Octokit instances, because the throttling
 * plugin spaces all POST requests a second apart, and GraphQL queries are POST requests.
 */
export type GithubRole = 'read' | 'write' | 'review_request'

/** The Octokit instances behind the port, one per role and owner (app installation). */
export interface GithubConnection {
  readonly settings: GithubSettings
  readonly meter: BudgetMeter
  readonly fetch: typeof globalThis.fetch
  /** The client for a repository. Rejects if no installation of the app covers it. */
  getClient(repository: string, role: GithubRole): Promise<Octokit>
  /**
   * Drops the app's installation that a client uses, with its token, because GitHub refused it: the
   * app may have been installed again, or may have other permissions now. `minAge` keeps one that
   * was just found. Returns whether the next client can have another one.
   */
  forgetInstallation(repository: string, client: Octokit, minAge: Millis): boolean
  /** Repositories whose server does not support `isRequired`, so that it is requested only once. */
  readonly withoutIsRequired: Set<string>
  /** The same for `authorAssociation`. */
  readonly withoutAssociation: Set<string>
  /** Repositories, in lower case, for which GitHub redirected: they have another owner or name. */
  readonly moved: ReadonlySet<string>
  /** The present owners of such repositories, as far as they were read. */
  readonly owners: Map<string, string>
  /** The ids of apps by their slugs, which never change; null: there is no such app. */
  readonly appIds: Map<string, number | null>
  /** Which app must report a check, by repository and branch, and when that was read. */
  readonly pinnedChecks: Map<
    string,
    { readonly readAt: Instant; readonly checks: readonly RequiredCheck[] }
  >
}

export const splitRepository = (repository: string): { owner: string; name: string } => {
  const [owner = '', name = ''] = repository.split('/')
  return { owner, name }
}

/** The repository that a path of the API is about, in lower case. */
const findRepository = (path: string, { apiUrl }: GithubSettings): string | null => {
  const own = path.slice(new URL(apiUrl).pathname.replace(/\/$/, '').length)
  return /^\/repos\/([^/]+\/[^/]+)/.exec(own)?.[1]?.toLowerCase() ?? null
}

const ThrottledOctokit = Octokit.plugin(retry, throttling)

/** Statuses that are not retried: GitHub understood the request. */
const finalStatuses = [400, 401, 403, 404, 406, 409, 410, 413, 415, 422, 429, 451]

/** Opens no connection and sends no request until a client is used. */
export function createConnection(
  settings: GithubSettings,
  optionalFields: readonly string[] = [],
): GithubConnection {
  const meter = createBudgetMeter()
  const moved = new Set<string>()
  const fetch = followRedirects(
    createCountedFetch(settings, meter, optionalFields),
    settings,
    (path) => {
      const repository = findRepository(path, settings)
      if (repository !== null) moved.add(repository)
    },
  )
  const clients = new Map<string, Promise<Octokit>>()
  const usedInstallations = new WeakMap<Octokit, AppInstallation>()
  const { credentials, reviewRequestToken } = settings
  const global = createRequestGroup(MAX_CONCURRENT_REQUESTS)

  const buildClient = (auth: object, role: GithubRole, id: string): Octokit =>
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
        id,
        ...rateLimitHandlers,
        global,
        ...(role !== 'read' && requiresWriteSpacing(settings.apiUrl) ? {} : unspaced),
      },
    } as ConstructorParameters<typeof Octokit>[0])

  const installations =
    credentials.kind === 'app' ? createInstallations(settings, fetch, credentials) : null

  const createClient = async (repository: string, role: GithubRole): Promise<Octokit> => {
    if (role === 'review_request' && reviewRequestToken)
      return buildClient({ auth: reviewRequestToken }, role, 'review-request')
    if (credentials.kind === 'token') return buildClient({ auth: credentials.token }, role, 'token')
    const installed = await installations?.find(repository)
    const auth = { authStrategy: () => installed?.auth }
    const client = buildClient(auth, role, `installation-${installed?.id}`)
    if (installed) usedInstallations.set(client, installed)
    return client
  }

  return {
    settings,
    meter,
    fetch,
    withoutIsRequired: new Set(),
    withoutAssociation: new Set(),
    moved,
    owners: new Map(),
    appIds: new Map(),
    pinnedChecks: new Map(),
    getClient(repository, role) {
      const perOwner =
        credentials.kind === 'app' && !(role === 'review_request' && reviewRequestToken)
      const key = `${role} ${perOwner ? splitRepository(repository).owner.toLowerCase() : ''}`
      return cacheUnlessRejected(clients, key, () => createClient(repository, role))
    },
    forgetInstallation(repository, client, minAge) {
      const used = usedInstallations.get(client)
      if (installations === null || used === undefined) return false
      const { owner } = splitRepository(repository)
      // Another call may have found the new installation meanwhile.
      if (installations.getKnown(owner) !== used) return true
      if (settings.now() - used.foundAt < minAge) return false
      installations.forget(owner)
      for (const key of clients.keys())
        if (key.endsWith(` ${owner.toLowerCase()}`)) clients.delete(key)
      return true
    },
  }
}

function cacheUnlessRejected<T>(
  cache: Map<string, Promise<T>>,
  key: string,
  create: () => Promise<T>,
): Promise<T> {
  const cached = cache.get(key)
  if (cached) return cached
  const created = create()
  cache.set(key, created)
  created.catch(() => cache.delete(key))
  return created
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
