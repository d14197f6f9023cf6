import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { isOwnOrigin } from '../../lib/foreign-pages.ts'
import type { Instant, Millis } from '../../lib/instant.ts'
import { deriveLatest } from '../../lib/latest.ts'
import { Problem } from '../../lib/problem.ts'
import type { WrongTokens } from '../../lib/wrong-tokens.ts'

interface SessionToken {
  /** Null: the setting gives no name, and the role is used instead. */
  readonly name: string | null
  readonly token: string
}
type SessionRole = 'operator' | 'read'

/** The person identified by a session cookie. */
export interface SessionUser {
  readonly role: SessionRole
  readonly name: string
}

export interface SessionDeps {
  /** The tokens at this moment. A role without tokens is open. */
  readonly getTokens: () => Readonly<
    Record<'ingest' | 'notify' | SessionRole, readonly SessionToken[]>
  >
  /** The base URL of the console, as browsers see it. */
  readonly publicUrl: string
  readonly now: () => Instant
  readonly wrongTokens: WrongTokens
}

export interface Sessions {
  /**
   * The cookie value for the holder of this token. Throws `unauthenticated`, `too_many_requests` or
   * `forbidden`.
   */
  open(token: string, address: string): string
  /**
   * The user of the request's cookie, or null without a valid one. Throws `forbidden` if the
   * request writes and does not come from our own origin, because browsers send cookies with any
   * page's requests.
   */
  identify(request: FastifyRequest): SessionUser | null
  readonly cookieOptions: {
    readonly httpOnly: true
    readonly sameSite: 'strict'
    readonly path: '/'
    readonly secure: boolean
    readonly maxAge: number
  }
}

export const SESSION_COOKIE_NAME = 'codex_judge_session'
/** Finds the session among the cookies of a request; its value needs no decoding. */
const sessionCookie = new RegExp(`(?:^|; *)${SESSION_COOKIE_NAME}=([\\w-]+)\\.([\\w-]+)(?:;|$)`)

const SESSION_LIFETIME_MS: Millis = 7 * 24 * 3_600_000

/**
 * Stateless sessions of the console: a cookie holds its expiry, signed with a key derived from the
 * token that opened it. Any replica can verify it, it survives restarts, and removing a token from
 * the settings ends its sessions.
 */
export function createSessions({ getTokens, publicUrl, now, wrongTokens }: SessionDeps): Sessions {
  const getHolders = deriveLatest(getTokens, (tokens) =>
    (['operator', 'read'] as const).flatMap((role) =>
      tokens[role].map(({ name, token }) => ({
        role,
        name: name ?? role,
        token,
        key: deriveKey(role, token),
      })),
    ),
  )
  const identify = (request: FastifyRequest): SessionUser | null => {
    const [, body, signature] = sessionCookie.exec(request.headers.cookie ?? '') ?? []
    if (body === undefined || signature === undefined) return null
    const holder = getHolders().find(({ key }) => isSameSecret(signature, sign(body, key)))
    if (holder === undefined || readExpiry(body) <= now()) return null
    const reads = request.method === 'GET' || request.method === 'HEAD'
    // Browsers send `Origin` with every write, so a write without it is not from one of our pages.
    if (!reads && !isOwnOrigin(request, publicUrl))
      throw new Problem('forbidden', 'A session may write only from pages of this service.')
    return { role: holder.role, name: holder.name }
  }

  return {
    identify,
    open: (token, address) => {
      const id = Buffer.from(randomBytes(12)).toString('base64url')
      const body = `${id}-${now() + SESSION_LIFETIME_MS}`
      const holder = getHolders().find((each) => isSameSecret(token, each.token))
      if (holder) return `${body}.${sign(body, holder.key)}`
      const { ingest, notify } = getTokens()
      if ([...ingest, ...notify].some((each) => isSameSecret(token, each.token))) {
        throw new Problem(
          'forbidden',
          'A token for messages cannot open a session; use the token of an operator or a reader.',
        )
      }
      // No token is configured: the API is open, and the console only needs some session.
      if (getHolders().length === 0) return `${body}.${sign(body, randomBytes(32))}`
      throw wrongTokens.refuse(address)
    },
    cookieOptions: {
      httpOnly: true,
      sameSite: 'strict',
      path: '/',
      secure: publicUrl.startsWith('https:'),
      maxAge: SESSION_LIFETIME_MS / 1000,
    },
  }
}

const deriveKey = (role: SessionRole, token: string): Buffer =>
  Buffer.from(hkdfSync('sha256', token, '', `codex-judge session ${role}`, 32))

const sign = (body: string, key: Buffer): string =>
  createHmac('sha256', key).update(body).digest('base64url')

const readExpiry = (body: string): number => Number(body.slice(body.lastIndexOf('-') + 1))

/** Compares in constant time. */
function isSameSecret(given: string, expected: string): boolean {
  const key = randomBytes(16)
  const digest = (text: string) => createHmac('sha256', key).update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}
