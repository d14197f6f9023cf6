import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { type Answered, type Asked, json } from '../serve.ts'

export interface AppSetup {
  readonly id: string
  /** PEM of the public key that app tokens are checked with. */
  readonly publicKey: string
  /** The accounts it is installed for. */
  readonly owners: readonly string[]
}

/**
 * Who may ask: one of the tokens, or an app with a valid signature, whose installations get tokens
 * of their own.
 */
export function credentials(
  setup: { readonly tokens: readonly string[] | null; readonly app: AppSetup | null },
  now: () => Date,
) {
  const key = setup.app ? createPublicKey(setup.app.publicKey) : null
  const granted = new Map<string, { readonly owner: string; readonly until: number }>()
  const ids = new Map(setup.app?.owners.map((owner, at) => [owner.toLowerCase(), 1000 + at]))

  const installation = (owner: string): Answered => {
    const id = ids.get(owner.toLowerCase())
    return id ? json(200, { id, account: { login: owner } }) : json(404, { message: 'Not Found' })
  }

  const asApp = (asked: Asked): Answered => {
    const found = /^\/(?:repos\/([^/]+)\/[^/]+|users\/([^/]+)|orgs\/([^/]+))\/installation$/.exec(
      asked.path,
    )
    if (found) return installation(found[1] ?? found[2] ?? found[3] ?? '')
    const id = Number(/^\/app\/installations\/(\d+)\/access_tokens$/.exec(asked.path)?.[1])
    const owner = [...ids].find(([, one]) => one === id)?.[0]
    if (!owner) return json(404, { message: 'Not Found' })
    const token = `ghs_${owner.replace(/\W/g, '')}${granted.size + 1}`
    const until = now().getTime() + 3_600_000
    granted.set(token, { owner, until })
    return json(201, {
      token,
      expires_at: new Date(until).toISOString(),
      permissions: { metadata: 'read' },
      repository_selection: 'all',
    })
  }

  return {
    /** The answer to a request about the app itself, or a refusal; null: the request may go on. */
    check(asked: Asked): Answered | null {
      const token = /^(?:token|bearer) (.+)$/i.exec(asked.headers.authorization ?? '')?.[1] ?? ''
      if (/\/installation$|^\/app\/installations\//.test(asked.path)) {
        return key && isSigned(token, key, setup.app?.id ?? '')
          ? asApp(asked)
          : json(401, { message: 'A JSON web token could not be decoded' })
      }
      if (asked.path.startsWith('/_logs/')) return null
      const open = setup.tokens === null && key === null
      if (open || setup.tokens?.includes(token) || granted.has(token)) return null
      return json(401, {
        message: 'Bad credentials',
        documentation_url: 'https://docs.github.com/rest',
      })
    },
    /** How many installation tokens were handed out. */
    granted: () => granted.size,
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
