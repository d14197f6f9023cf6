import type { GithubSettings } from './settings.ts'

/** GitHub's API answered with a redirect that must not be followed. */
export class RedirectError extends Error {}

/** A moved repository redirects once; more than a few redirects are a loop. */
const MAX_REDIRECTS = 5

/** The log of a job is the only thing that GitHub keeps on the hosts of others. */
const logPath = /\/actions\/jobs\/\d+\/logs$/

/**
 * Follows the redirects of GitHub's API, which answers 301 or 307 for a repository that was
 * transferred or renamed. `fetch` would follow them to any host, and turn a POST into a GET. Here
 * only GitHub's own hosts are followed, with the same method, body and credentials. The log of a
 * job may be anywhere; it is fetched without them.
 *
 * `onMoved` is called with the path of each request that was redirected within GitHub.
 */
export function followRedirects(
  send: typeof globalThis.fetch,
  { apiUrl, graphqlUrl }: Pick<GithubSettings, 'apiUrl' | 'graphqlUrl'>,
  onMoved: (path: string) => void,
): typeof globalThis.fetch {
  const origins = [apiUrl, graphqlUrl].map((url) => new URL(url).origin)
  return async (input, init) => {
    const first = new URL(input instanceof Request ? input.url : input)
    let url = first
    let target: string | URL | Request = input
    let options: RequestInit = { ...init, redirect: 'manual' }
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
      const response = await send(target, options)
      const location = response.headers.get('location')
      if (!redirectStatuses.has(response.status) || location === null) return response
      await response.body?.cancel()
      url = new URL(location, url)
      if (!origins.includes(url.origin)) {
        if (!logPath.test(first.pathname))
          throw new RedirectError(`redirected to ${url.host}, which is not followed`)
        return send(url, { signal: init?.signal ?? null })
      }
      onMoved(first.pathname)
      target = url
      if (response.status === 303) options = { ...options, method: 'GET', body: null }
    }
    throw new RedirectError(`redirected more than ${MAX_REDIRECTS} times`)
  }
}

const redirectStatuses = new Set([301, 302, 303, 307, 308])
