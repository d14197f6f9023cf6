import type { Octokit } from '@octokit/rest'
import type { RequiredCheck } from '../../../github/snapshot.ts'
import type { Instant, Millis } from '../../../lib/instant.ts'
import { createClientBuilder } from './build-client.ts'
import { followRedirects } from './follow-redirects.ts'
import { type AppInstallation, createInstallations } from './installations.ts'
import type { GithubSettings } from './settings.ts'
import { type BudgetMeter, createBudgetMeter, createCountedFetch } from './transport.ts'

/**
 * The purpose of a client. Reads and writes have separate Octokit instances, because the throttling
 * plugin spaces all POST requests a second apart, and GraphQL queries are POST requests.
 */
export type GithubRole = 'read' | 'write' | 'review_request'

/** The Octokit instances behind the port, one per role and account (or installation of the app). */
export interface GithubConnection {
  readonly settings: GithubSettings
  readonly meter: BudgetMeter
  readonly fetch: typeof globalThis.fetch
  /** For bodies that are read as a stream: diffs and logs. */
  readonly fetchStream: typeof globalThis.fetch
  /** The client for a repository. Rejects if no installation of the app covers it. */
  getClient(repository: string, role: GithubRole): Promise<Octokit>
  /**
   * Drops the app's installation that a client uses, with its token, because GitHub refused it: the
   * app may have been installed again, or may have other permissions now. `minAge` keeps one that
   * was just found. Returns whether the next client can have another one.
   */
  forgetInstallation(repository: string, client: Octokit, minAge: Millis): boolean
  /**
   * Whether the app reaches a repository through another installation than a client uses, because
   * the repository has another owner now. Never rejects, and asks GitHub at most once a minute.
   */
  relocate(repository: string, client: Octokit): Promise<boolean>
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

/** The log of a job can be long, and only its end is kept. */
const MAX_STREAMED_BYTES = 256 * 1024 * 1024

/** Opens no connection and sends no request until a client is used. */
export function createConnection(
  settings: GithubSettings,
  optionalFields: readonly string[] = [],
): GithubConnection {
  const meter = createBudgetMeter()
  const moved = new Set<string>()
  const createFetch = (maxBytes?: number): typeof globalThis.fetch =>
    followRedirects(
      createCountedFetch(settings, {
        meter,
        optionalFields,
        ...(maxBytes === undefined ? {} : { maxBytes }),
      }),
      settings,
      (path) => {
        const repository = findRepository(path, settings)
        if (repository !== null) moved.add(repository)
      },
    )
  const fetch = createFetch()
  return {
    settings,
    meter,
    fetch,
    fetchStream: createFetch(MAX_STREAMED_BYTES),
    withoutIsRequired: new Set(),
    withoutAssociation: new Set(),
    moved,
    owners: new Map(),
    appIds: new Map(),
    pinnedChecks: new Map(),
    ...createClients(settings, fetch),
  }
}

function createClients(
  settings: GithubSettings,
  fetch: typeof globalThis.fetch,
): Pick<GithubConnection, 'getClient' | 'forgetInstallation' | 'relocate'> {
  const clients = new Map<string, Octokit>()
  const usedInstallations = new WeakMap<Octokit, AppInstallation>()
  const { credentials, reviewRequestToken } = settings
  const buildClient = createClientBuilder(settings, fetch)
  const installations =
    credentials.kind === 'app' ? createInstallations(settings, fetch, credentials) : null

  const getClient = (auth: object, role: GithubRole, account: string): Octokit => {
    const key = `${role} ${account}`
    const known = clients.get(key)
    if (known) return known
    const client = buildClient({ auth, writes: role !== 'read', account })
    clients.set(key, client)
    return client
  }

  return {
    async getClient(repository, role) {
      if (role === 'review_request' && reviewRequestToken)
        return getClient({ auth: reviewRequestToken }, role, 'review-request')
      if (credentials.kind === 'token') return getClient({ auth: credentials.token }, role, 'token')
      const installed = await installations?.find(repository)
      const auth = { authStrategy: () => installed?.auth }
      const client = getClient(auth, role, `installation-${installed?.id}`)
      if (installed) usedInstallations.set(client, installed)
      return client
    },
    forgetInstallation(repository, client, minAge) {
      const used = usedInstallations.get(client)
      if (installations === null || used === undefined) return false
      // Another call may have found the new installation meanwhile.
      if (installations.getKnown(repository) !== used) return true
      if (settings.now() - used.foundAt < minAge) return false
      installations.forget(repository)
      for (const key of clients.keys())
        if (key.endsWith(` installation-${used.id}`)) clients.delete(key)
      return true
    },
    async relocate(repository, client) {
      const used = usedInstallations.get(client)
      if (installations === null || used === undefined) return false
      // Another call may have found the new owner meanwhile.
      return (
        installations.getKnown(repository) !== used || (await installations.relocate(repository))
      )
    },
  }
}
