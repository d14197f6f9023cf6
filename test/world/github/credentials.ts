import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { answerJson, type HttpAnswer, type HttpRequest } from '../serve.ts'

export interface AppOptions {
  readonly id: string
  /** PEM of the public key that verifies app tokens. */
  readonly publicKey: string
  /** The accounts with an installation of the app. */
  readonly owners: readonly string[]
  /** What each installation may do, by GitHub's names. Default: everything the service can use. */
  readonly permissions?: Readonly<Record<string, string>>
}

const allPermissions = {
  metadata: 'read',
  contents: 'read',
  checks: 'write',
  actions: 'write',
  pull_requests: 'write',
  issues: 'write',
  statuses: 'write',
}

const badCredentials = (): HttpAnswer =>
  answerJson(401, {
    message: 'Bad credentials',
    documentation_url: 'https://docs.github.com/rest',
  })

/**
 * Accepts the configured tokens, and an app with a valid signature, which gets installation tokens.
 */
export function createAuth(
  options: { readonly tokens: readonly string[] | null; readonly app: AppOptions | null },
  now: () => Date,
  /** The present name of the repository that a request is about, or the redirect to it. */
  locate: (request: HttpRequest) => HttpAnswer | string,
) {
  const key = options.app ? createPublicKey(options.app.publicKey) : null
  const granted = new Map<string, { readonly owner: string; readonly until: number }>()
  const ids = new Map(options.app?.owners.map((owner, at) => [owner.toLowerCase(), 1000 + at]))
  const revoked = new Set<string>()
  let lastId = 1000 + ids.size
  let lastToken = 0

  const answerInstallation = (owner: string): HttpAnswer => {
    const id = ids.get(owner.toLowerCase())
    return id
      ? answerJson(200, { id, account: { login: owner } })
      : answerJson(404, { message: 'Not Found' })
  }

  const listInstallations = (): HttpAnswer =>
    answerJson(
      200,
      [...ids].map(([owner, id]) => ({
        id,
        account: { login: owner },
        suspended_at: null,
        permissions: options.app?.permissions ?? allPermissions,
      })),
    )

  const answerAsApp = (request: HttpRequest): HttpAnswer => {
    if (request.path === '/app/installations') return listInstallations()
    if (/^\/repos(itories)?\/.*\/installation$/.test(request.path)) {
      const name = locate(request)
      return typeof name === 'string' ? answerInstallation(name.split('/')[0] ?? '') : name
    }
    const account = /^\/(?:users|orgs)\/([^/]+)\/installation$/.exec(request.path)?.[1]
    if (account) return answerInstallation(account)
    const id = Number(/^\/app\/installations\/(\d+)\/access_tokens$/.exec(request.path)?.[1])
    const owner = [...ids].find(([, one]) => one === id)?.[0]
    if (!owner) return answerJson(404, { message: 'Not Found' })
    lastToken += 1
    const token = `ghs_${owner.replace(/\W/g, '')}${lastToken}`
    const until = now().getTime() + 3_600_000
    granted.set(token, { owner, until })
    return answerJson(201, {
      token,
      expires_at: new Date(until).toISOString(),
      permissions: { metadata: 'read' },
      repository_selection: 'all',
    })
  }

  const readToken = ({ headers }: HttpRequest): string =>
    /^(?:token|bearer) (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? ''

  return {
    /** The owner whose repositories alone an installation may see; null for the other tokens. */
    findOwner: (request: HttpRequest): string | null =>
      granted.get(readToken(request))?.owner ?? null,
    /**
     * The answer to a request about the app itself or a refusal, or null if the request may go on.
     */
    check(request: HttpRequest): HttpAnswer | null {
      const token = readToken(request)
      if (/\/installation$|^\/app\/installations/.test(request.path)) {
        return key && isSigned(token, key, options.app?.id ?? '')
          ? answerAsApp(request)
          : answerJson(401, { message: 'A JSON web token could not be decoded' })
      }
      if (request.path.startsWith('/_logs/')) return null
      const open = options.tokens === null && key === null
      const isKnown = options.tokens?.includes(token) === true || granted.has(token)
      return (open || isKnown) && !revoked.has(token) ? null : badCredentials()
    },
    countGrantedTokens: () => lastToken,
    /** A person revokes a token, or GitHub does when it has expired. */
    revoke: (token: string): void => void revoked.add(token),
    /** The token is valid again, as if its value had been replaced on both sides. */
    restore: (token: string): void => void revoked.delete(token),
    /** An owner removes the app: its installation and its tokens are gone. */
    uninstall(owner: string): void {
      ids.delete(owner.toLowerCase())
      for (const [token, { owner: of }] of granted)
        if (of.toLowerCase() === owner.toLowerCase()) granted.delete(token)
    },
    /** An owner installs the app, which gets another installation than any before. */
    install(owner: string): void {
      lastId += 1
      ids.set(owner.toLowerCase(), lastId)
    },
  }
}

function isSigned(token: string, key: KeyObject, appId: string): boolean {
  const [header = '', payload = '', signature = ''] = token.split('.')
  if (
    !verify(
      'RSA-SHA256',
      Buffer.from(`${header}.${payload}`),
      key,
      Buffer.from(signature, 'base64url'),
    )
  )
    return false
  const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
  return (
    typeof claims === 'object' && claims !== null && 'iss' in claims && String(claims.iss) === appId
  )
}
