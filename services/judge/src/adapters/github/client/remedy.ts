import { type GithubConnection, type GithubRole, splitRepository } from './connection.ts'

/** A request that GitHub refused, as far as it matters for what a person must do. */
export interface RefusedRequest {
  readonly repository: string
  readonly role: GithubRole
  /** Whether the request itself was sent, after those for the app's installation and token. */
  readonly sent: boolean
  /** Null: GraphQL refused a part of a query, with status 200. */
  readonly status: number | null
  readonly message: string
  readonly headers: Readonly<Record<string, unknown>>
}

type CredentialSettings = Pick<GithubConnection['settings'], 'credentials' | 'reviewRequestToken'>

/** What a person must set or grant so that GitHub accepts such a request. */
export function describeRemedy(
  request: RefusedRequest,
  { credentials, reviewRequestToken }: CredentialSettings,
): string {
  const { owner } = splitRepository(request.repository)
  const ownToken = request.role === 'review_request' && reviewRequestToken !== null
  if (credentials.kind === 'app' && !ownToken) return describeAppRemedy(request, owner)
  return describeTokenRemedy(
    request,
    ownToken ? 'GITHUB_REVIEW_REQUEST_TOKEN' : 'GITHUB_TOKEN',
    owner,
  )
}

function describeAppRemedy(request: RefusedRequest, owner: string): string {
  const { sent, status, message } = request
  if (/suspended/i.test(message)) return `unsuspend the installation of the App for ${owner}`
  if (!sent && status === 401)
    return 'set GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY to those of one App'
  if (!sent || status === 401) return `install the App for ${owner}`
  return `grant the App ${describePermission(request)} for ${owner}`
}

function describeTokenRemedy(request: RefusedRequest, variable: string, owner: string): string {
  const { status, message, headers } = request
  if (status === 401) return `set a valid ${variable}: it is wrong, has expired or was revoked`
  if (/\bSAML\b|single sign-on/i.test(message) || headers['x-github-sso'])
    return `authorize ${variable} for the single sign-on of ${owner}`
  const permission = describePermission(request)
  // GitHub's docs: fine-grained tokens have no permission for checks.
  const isFineGrained = /not accessible by personal access token/i.test(message)
  return isFineGrained
    ? `give ${variable} ${permission} for ${owner}; checks of private repositories need a GitHub ` +
        'App, or a classic token with the scope repo'
    : `give ${variable} ${permission} for ${owner}`
}

/** GitHub names the permission, or the scope of a classic token, that it would have accepted. */
function describePermission({ headers }: RefusedRequest): string {
  const named = headers['x-accepted-github-permissions'] || headers['x-accepted-oauth-scopes']
  const isReadable = typeof named === 'string' && /^[\w=,;: -]{1,100}$/.test(named)
  return isReadable ? `the permission ${named.trim()}` : 'the permissions of docs/operations.md'
}
