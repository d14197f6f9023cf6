import { createAppAuth } from '@octokit/auth-app'
import { retry } from '@octokit/plugin-retry'
import { throttling } from '@octokit/plugin-throttling'
import { Octokit } from '@octokit/rest'
import { Failure } from '../../../lib/failure.ts'
import { limitConcurrency } from '../../../lib/limit-concurrency.ts'
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
  /** Drops the cached installation of an owner: GitHub refused it, so it may have changed. */
  forgetInstallation(owner: string): void
  /** Repositories whose server does not support `isRequired`, so that it is requested only once. */
  readonly withoutIsRequired: Set<string>
}

export const splitRepository = (repository: string): { owner: string; name: string } => {
  const [owner = '', name = ''] = repository.split('/')
  return { owner, name }
}

const ThrottledOctokit = Octokit.plugin(retry, throttling)
const silentLog = { debug() {}, info() {}, warn() {}, error() {} }

/** Statuses that are not retried: GitHub understood the request. */
const finalStatuses = [400, 401, 403, 404, 406, 409, 410, 413, 415, 422, 429, 451]

/** Opens no connection and sends no request until a client is used. */
export function createConnection(settings: GithubSettings): GithubConnection {
  const meter = createBudgetMeter()
  const fetch = createCountedFetch(settings, meter)
  const clients = new Map<string, Promise<Octokit>>()
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
    return buildClient(
      { authStrategy: () => installed?.auth },
      role,
      `installation-${installed?.id}`,
    )
  }

  return {
    settings,
    meter,
    fetch,
    withoutIsRequired: new Set(),
    getClient(repository, role) {
      const perOwner =
        credentials.kind === 'app' && !(role === 'review_request' && reviewRequestToken)
      const key = `${role} ${perOwner ? splitRepository(repository).owner.toLowerCase() : ''}`
      return cacheUnlessRejected(clients, key, () => createClient(repository, role))
    },
    forgetInstallation(owner) {
      if (installations === null) return
      installations.cached.delete(owner.toLowerCase())
      for (const key of clients.keys())
        if (key.endsWith(` ${owner.toLowerCase()}`)) clients.delete(key)
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

interface AppInstallation {
  readonly id: number
  readonly auth: ReturnType<typeof createAppAuth>
}
interface AppInstallations {
  readonly cached: Map<string, Promise<AppInstallation>>
  find(repository: string): Promise<AppInstallation>
}

/** Finds the installation of each owner once and shares its token between the clients. */
function createInstallations(
  settings: GithubSettings,
  fetch: typeof globalThis.fetch,
  app: { readonly appId: string; readonly privateKey: string },
): AppInstallations {
  const options = {
    baseUrl: settings.apiUrl,
    userAgent: 'codex-judge',
    log: silentLog,
    request: { fetch, log: silentLog },
  }
  const asApp = new Octokit({ ...options, authStrategy: createAppAuth, auth: app })
  const plain = new Octokit(options)
  const cached = new Map<string, Promise<AppInstallation>>()

  const find = async (repository: string): Promise<AppInstallation> => {
    const { owner, name } = splitRepository(repository)
    const signal = AbortSignal.timeout(settings.timeout)
    for (const route of [`/repos/${owner}/${name}`, `/users/${owner}`, `/orgs/${owner}`]) {
      const id = await asApp
        .request(`GET ${route}/installation`, { request: { signal } })
        .then(({ data }) => Number(data?.id))
        .catch((error: { status?: number }) =>
          error.status === 404 ? null : Promise.reject(error),
        )
      if (id)
        return { id, auth: createAppAuth({ ...app, installationId: id, request: plain.request }) }
    }
    throw new Failure(
      'forbidden',
      `the GitHub App is not installed for ${owner} or not on ${repository}: install it there`,
    )
  }

  return {
    cached,
    find: (repository) =>
      cacheUnlessRejected(cached, splitRepository(repository).owner.toLowerCase(), () =>
        find(repository),
      ),
  }
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
