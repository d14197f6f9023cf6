import { createAppAuth } from '@octokit/auth-app'
import { Octokit } from '@octokit/rest'
import { Failure } from '../../../lib/failure.ts'
import type { Instant, Millis } from '../../../lib/instant.ts'
import type { GithubSettings } from './settings.ts'

type AppAuth = ReturnType<typeof createAppAuth>

/** An app's installation at one owner, with its tokens. */
export interface AppInstallation {
  readonly id: number
  /** The account that has it, in lower case. */
  readonly owner: string
  readonly foundAt: Instant
  readonly auth: AppAuth
}

export interface AppInstallations {
  /** The installation that covers a repository. Rejects as `forbidden` if there is none. */
  find(repository: string): Promise<AppInstallation>
  /** The installation for a repository that was found last; null if none is known. */
  getKnown(repository: string): AppInstallation | null
  /** The next `find` for a repository of the same owner asks GitHub again. */
  forget(repository: string): void
  /**
   * Asks GitHub whether a repository has another owner by now, so that the next `find` uses the
   * installation of that one. Never rejects, and asks at most once a minute.
   */
  relocate(repository: string): Promise<boolean>
}

export const silentLog = { debug() {}, info() {}, warn() {}, error() {} }

/** Finds the installation of each owner once and shares its token between the clients. */
export function createInstallations(
  settings: GithubSettings,
  fetch: typeof globalThis.fetch,
  app: AppCredentials,
): AppInstallations {
  const searches = new Map<string, Promise<AppInstallation>>()
  const known = new Map<string, AppInstallation>()
  /** The present owners of repositories that have another one than their name says. */
  const movedTo = new Map<string, string>()
  const relocations = new Map<string, { readonly at: Instant; readonly isNew: Promise<boolean> }>()
  const noteRelocation = (repository: string, isNew: Promise<boolean>) => {
    relocations.set(repository.toLowerCase(), { at: settings.now(), isNew })
    return isNew
  }
  const { ask, search } = createSearch(settings, fetch, app)
  const getOwner = (repository: string): string =>
    movedTo.get(repository.toLowerCase()) ?? (repository.split('/')[0] ?? '').toLowerCase()

  /** Searches once for all repositories of an owner that are asked for at the same time. */
  const searchOnce = async (key: string, repository: string): Promise<AppInstallation> => {
    const running = searches.get(key)
    if (running) return running
    const found = search(repository, getOwner(repository))
    searches.set(key, found)
    try {
      return await found
    } finally {
      if (searches.get(key) === found) searches.delete(key)
    }
  }

  /** Remembers a repository's present owner. Returns whether it is another than before. */
  const findNewOwner = async (repository: string): Promise<boolean> => {
    const found = await ask(`/repos/${repository}`).catch(() => null)
    const owner = found?.owner ?? null
    if (owner === null || owner === getOwner(repository)) return false
    movedTo.set(repository.toLowerCase(), owner)
    return true
  }

  return {
    getKnown: (repository) => known.get(getOwner(repository)) ?? null,
    forget(repository) {
      searches.delete(getOwner(repository))
      known.delete(getOwner(repository))
    },
    async find(repository) {
      const owner = getOwner(repository)
      const found = known.get(owner) ?? (await searchOnce(owner, repository))
      if (found.owner === owner) {
        known.set(owner, found)
        return found
      }
      // The search was for a repository that has moved: this one, or another one of the owner.
      const own = await searchOnce(repository.toLowerCase(), repository)
      if (own.owner !== owner) movedTo.set(repository.toLowerCase(), own.owner)
      const installation = known.get(own.owner) ?? own
      known.set(own.owner, installation)
      return installation
    },
    relocate(repository) {
      const last = relocations.get(repository.toLowerCase())
      if (last && settings.now() - last.at < RELOCATE_AFTER_MS) return last.isNew
      return noteRelocation(repository, findNewOwner(repository))
    },
  }
}

const RELOCATE_AFTER_MS: Millis = 60_000

interface AppCredentials {
  readonly appId: string
  readonly privateKey: string
}

/** The requests of the App itself about its installations. */
function createSearch(
  settings: GithubSettings,
  fetch: typeof globalThis.fetch,
  app: AppCredentials,
) {
  const options = {
    baseUrl: settings.apiUrl,
    userAgent: 'codex-judge',
    log: silentLog,
    request: { fetch, log: silentLog },
  }
  const asApp = new Octokit({ ...options, authStrategy: createAppAuth, auth: app })
  const plain = new Octokit(options)

  const ask = async (route: string) => {
    const signal = AbortSignal.timeout(settings.timeout)
    const answer = await asApp
      .request(`GET ${route}/installation`, { request: { signal } })
      .catch((error: { status?: number }) => (error.status === 404 ? null : Promise.reject(error)))
    const id = Number(answer?.data?.id)
    const login: unknown = answer?.data?.account?.login
    return id ? { id, owner: typeof login === 'string' ? login.toLowerCase() : null } : null
  }

  const search = async (repository: string, owner: string): Promise<AppInstallation> => {
    for (const route of [`/repos/${repository}`, `/users/${owner}`, `/orgs/${owner}`]) {
      const found = await ask(route)
      if (found === null) continue
      const request = plain.request
      const auth = createAppAuth({ ...app, installationId: found.id, request, log: silentLog })
      return {
        id: found.id,
        owner: found.owner ?? owner,
        foundAt: settings.now(),
        auth: refuseRevokedTokens(auth),
      }
    }
    const answer = `the GitHub App is not installed for ${owner} or not on ${repository}`
    throw new Failure('forbidden', `${answer}: install it there`, {
      scope: 'owner',
      refused: 'credentials',
      answer,
      remedy: `install the App for ${owner}`,
    })
  }

  return { ask, search }
}

/** Marks a 401 that the library must not wait for. */
class RevokedTokenError extends Error {}

/**
 * The library repeats a request that got a 401 for up to six seconds, because a new token may not
 * be known to all of GitHub's servers yet. One that was accepted before is not new: it was revoked.
 */
function refuseRevokedTokens(auth: AppAuth): AppAuth {
  let isAccepted = false
  const hook: AppAuth['hook'] = async (request, ...rest) => {
    const send = async (...args: Parameters<typeof request>) => {
      try {
        const response = await request(...args)
        isAccepted = true
        return response
      } catch (error) {
        const isRefused = (error as { status?: number } | null)?.status === 401
        throw isAccepted && isRefused ? new RevokedTokenError('401', { cause: error }) : error
      }
    }
    try {
      return await auth.hook(Object.assign(send, request) as typeof request, ...rest)
    } catch (error) {
      throw error instanceof RevokedTokenError ? error.cause : error
    }
  }
  return Object.assign((...args: Parameters<AppAuth>) => auth(...args), { hook }) as AppAuth
}
