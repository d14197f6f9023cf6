import { createAppAuth } from '@octokit/auth-app'
import { retry } from '@octokit/plugin-retry'
import { throttling } from '@octokit/plugin-throttling'
import { Octokit } from '@octokit/rest'
import { Failure } from '../../../lib/failure.ts'
import { atMost } from '../../../lib/limit-concurrency.ts'
import type { GithubSettings } from './settings.ts'
import { type BudgetMeter, budgetMeter, countedFetch } from './transport.ts'

/*
 * The Octokit instances behind the port: per owner (an app has one installation, and one budget,
 * for each), one that reads and one that writes. They are two because the throttling plugin holds
 * that every POST changes something and spaces them a second apart; our GraphQL queries are POSTs
 * that only read, and a run must not queue behind another run's look.
 */
export type Role = 'read' | 'write' | 'review_request'

export interface Connection {
  readonly settings: GithubSettings
  readonly meter: BudgetMeter
  readonly fetch: typeof globalThis.fetch
  /** The client for a repository. Rejects if no installation of the app covers it. */
  client(repository: string, role: Role): Promise<Octokit>
  /**
   * Drops what is known of an owner's installation: it was refused, and may be another one by now.
   */
  forget(owner: string): void
  /**
   * Repositories whose server cannot say `isRequired`, learned on the way, so that it is asked once
   * and not at every look.
   */
  readonly withoutRequired: Set<string>
}

export const ownerAndName = (repository: string): { owner: string; name: string } => {
  const [owner = '', name = ''] = repository.split('/')
  return { owner, name }
}

const ThrottledOctokit = Octokit.plugin(retry, throttling)
const silent = { debug() {}, info() {}, warn() {}, error() {} }

/** A request of these is worth no second try: GitHub understood it. */
const final = [400, 401, 403, 404, 406, 409, 410, 413, 415, 422, 429, 451]

export function connect(settings: GithubSettings): Connection {
  const meter = budgetMeter()
  const fetch = countedFetch(settings, meter)
  const clients = new Map<string, Promise<Octokit>>()
  const { credentials, reviewRequestToken } = settings
  const global = inTurn(REQUESTS_AT_ONCE)

  const build = (auth: object, role: Role, id: string): Octokit =>
    new ThrottledOctokit({
      ...auth,
      baseUrl: settings.apiUrl,
      userAgent: 'codex-judge',
      log: silent,
      request: { fetch, log: silent },
      retry: { doNotRetry: final, retries: 1, retryAfterBaseValue: settings.retryPause ?? 1000 },
      throttle: {
        id,
        ...handlers,
        global,
        ...(role !== 'read' && asksForSpacing(settings.apiUrl) ? {} : unspaced),
      },
    } as ConstructorParameters<typeof Octokit>[0])

  const installations =
    credentials.kind === 'app' ? appInstallations(settings, fetch, credentials) : null

  const connectFor = async (repository: string, role: Role): Promise<Octokit> => {
    if (role === 'review_request' && reviewRequestToken)
      return build({ auth: reviewRequestToken }, role, 'review-request')
    if (credentials.kind === 'token') return build({ auth: credentials.token }, role, 'token')
    const installed = await installations?.of(repository)
    return build({ authStrategy: () => installed?.auth }, role, `installation-${installed?.id}`)
  }

  return {
    settings,
    meter,
    fetch,
    withoutRequired: new Set(),
    client(repository, role) {
      const perOwner =
        credentials.kind === 'app' && !(role === 'review_request' && reviewRequestToken)
      const key = `${role} ${perOwner ? ownerAndName(repository).owner.toLowerCase() : ''}`
      return keptUnlessFailed(clients, key, () => connectFor(repository, role))
    },
    forget(owner) {
      if (installations === null) return
      installations.known.delete(owner.toLowerCase())
      for (const key of clients.keys())
        if (key.endsWith(` ${owner.toLowerCase()}`)) clients.delete(key)
    },
  }
}

function keptUnlessFailed<T>(
  kept: Map<string, Promise<T>>,
  key: string,
  make: () => Promise<T>,
): Promise<T> {
  const known = kept.get(key)
  if (known) return known
  const made = make()
  kept.set(key, made)
  made.catch(() => kept.delete(key))
  return made
}

interface Installation {
  readonly id: number
  readonly auth: ReturnType<typeof createAppAuth>
}
interface Installations {
  readonly known: Map<string, Promise<Installation>>
  of(repository: string): Promise<Installation>
}

/**
 * Finds the installation of an owner once, and shares its token between the clients that need it.
 */
function appInstallations(
  settings: GithubSettings,
  fetch: typeof globalThis.fetch,
  app: { readonly appId: string; readonly privateKey: string },
): Installations {
  const options = {
    baseUrl: settings.apiUrl,
    userAgent: 'codex-judge',
    log: silent,
    request: { fetch, log: silent },
  }
  const asApp = new Octokit({ ...options, authStrategy: createAppAuth, auth: app })
  const plain = new Octokit(options)
  const known = new Map<string, Promise<Installation>>()

  const find = async (repository: string): Promise<Installation> => {
    const { owner, name } = ownerAndName(repository)
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
      `the GitHub App is not installed for ${owner}, or not on ${repository}`,
    )
  }

  return {
    known,
    of: (repository) =>
      keptUnlessFailed(known, ownerAndName(repository).owner.toLowerCase(), () => find(repository)),
  }
}

/**
 * The engine waits, not the client: a tick must not sleep for the minutes that a rate limit asks
 * for. So the plugin has nothing to repeat, and its queue for that, which costs each request some
 * milliseconds of timers, is passed by.
 */
const handlers = {
  onRateLimit: () => false,
  onSecondaryRateLimit: () => false,
  retryLimiter: {
    on() {},
    schedule: <T>(job: (...given: unknown[]) => T, ...given: unknown[]): T => job(...given),
  },
}

/**
 * As many of an account's requests at a time as the plugin would let through, without its queue.
 */
const inTurn = (places: number) => {
  const turns = new Map<string, ReturnType<typeof atMost>>()
  return {
    key: (id: string) => {
      const turn = turns.get(id) ?? atMost(places)
      turns.set(id, turn)
      return {
        schedule: <T>(
          _options: unknown,
          job: (...given: unknown[]) => Promise<T>,
          ...given: unknown[]
        ) => turn(() => job(...given)),
      }
    },
  }
}
const REQUESTS_AT_ONCE = 10

const atOnce = {
  key: () => ({ schedule: (_options: unknown, job: () => Promise<unknown>) => job() }),
}
const unspaced = { write: atOnce, notifications: atOnce }

/**
 * GitHub's cloud asks for a second between writes and more between those that notify people. A
 * server of one's own sets its own limits, and says so with 429.
 */
const asksForSpacing = (apiUrl: string): boolean =>
  /(^|\.)(github\.com|ghe\.com)$/.test(new URL(apiUrl).hostname)
