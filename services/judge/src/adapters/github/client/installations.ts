import { createAppAuth } from '@octokit/auth-app'
import { Octokit } from '@octokit/rest'
import { Failure } from '../../../lib/failure.ts'
import type { Instant } from '../../../lib/instant.ts'
import type { GithubSettings } from './settings.ts'

type AppAuth = ReturnType<typeof createAppAuth>

/** An app's installation at one owner, with its tokens. */
export interface AppInstallation {
  readonly id: number
  readonly foundAt: Instant
  readonly auth: AppAuth
}

export interface AppInstallations {
  /** The installation that covers a repository. Rejects as `forbidden` if there is none. */
  find(repository: string): Promise<AppInstallation>
  /** The installation of an owner that was found last; null if none is known. */
  getKnown(owner: string): AppInstallation | null
  /** The next `find` asks GitHub again. */
  forget(owner: string): void
}

export const silentLog = { debug() {}, info() {}, warn() {}, error() {} }

/** Finds the installation of each owner once and shares its token between the clients. */
export function createInstallations(
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
  const searches = new Map<string, Promise<AppInstallation>>()
  const known = new Map<string, AppInstallation>()

  const search = async (repository: string, owner: string): Promise<AppInstallation> => {
    const signal = AbortSignal.timeout(settings.timeout)
    for (const route of [`/repos/${repository}`, `/users/${owner}`, `/orgs/${owner}`]) {
      const id = await asApp
        .request(`GET ${route}/installation`, { request: { signal } })
        .then(({ data }) => Number(data?.id))
        .catch((error: { status?: number }) =>
          error.status === 404 ? null : Promise.reject(error),
        )
      if (!id) continue
      const request = plain.request
      const auth = createAppAuth({ ...app, installationId: id, request, log: silentLog })
      return { id, foundAt: settings.now(), auth: refuseRevokedTokens(auth) }
    }
    const answer = `the GitHub App is not installed for ${owner} or not on ${repository}`
    throw new Failure('forbidden', `${answer}: install it there`, {
      scope: 'owner',
      refused: 'credentials',
      answer,
      remedy: `install the App for ${owner}`,
    })
  }

  return {
    getKnown: (owner) => known.get(owner.toLowerCase()) ?? null,
    forget(owner) {
      searches.delete(owner.toLowerCase())
      known.delete(owner.toLowerCase())
    },
    async find(repository) {
      const [owner = ''] = repository.split('/')
      const key = owner.toLowerCase()
      const running = searches.get(key)
      if (running) return running
      const found = search(repository, owner)
      searches.set(key, found)
      try {
        const installation = await found
        if (searches.get(key) === found) known.set(key, installation)
        return installation
      } catch (error) {
        if (searches.get(key) === found) searches.delete(key)
        throw error
      }
    },
  }
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
