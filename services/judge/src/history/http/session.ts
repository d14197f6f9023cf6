import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Instant, Millis } from '../../lib/instant.ts'
import { Problem } from '../../lib/problem.ts'

interface Token {
  /** Null: the setting names nobody, and the role stands for whoever it is. */
  readonly name: string | null
  readonly token: string
}
type SessionRole = 'operator' | 'read'

/** Who a cookie says is asking. */
export interface Visitor {
  readonly role: SessionRole
  readonly name: string
}

export interface SessionDeps {
  /** None of a role: that role is open to everybody. */
  readonly tokens: Readonly<Record<'ingest' | SessionRole, readonly Token[]>>
  /** Base of the console's address, as people see it. */
  readonly publicUrl: string
  readonly now: () => Instant
}

export interface Sessions {
  /**
   * The value of the cookie for whoever holds this token. Throws `unauthenticated` or `forbidden`.
   */
  open(token: string): string
  /**
   * Who the cookie of a request says it is; null without a valid one. Throws `forbidden` where the
   * request writes and does not come from our own pages: a cookie goes along with whatever page
   * sends the browser here.
   */
  visitor(request: FastifyRequest): Visitor | null
  /** Throws `forbidden` for a request that a page of somebody else makes. */
  refuseForeign(request: FastifyRequest): void
  readonly cookie: {
    readonly httpOnly: true
    readonly sameSite: 'strict'
    readonly path: '/'
    readonly secure: boolean
    readonly maxAge: number
  }
}

export const cookieName = 'codex_judge_session'
/** Ours among the cookies of a request; nothing in its value is ever encoded. */
const ourCookie = new RegExp(`(?:^|; *)${cookieName}=([\\w-]+)\\.([\\w-]+)(?:;|$)`)

const lasts: Millis = 7 * 24 * 3_600_000

/**
 * Sessions of the console, kept nowhere: a cookie says who and until when, signed with a key made
 * from the very token that opened it. So any replica can read it, a restart forgets nobody, and
 * taking a token out of the settings ends its sessions.
 */
export function createSessions({ tokens, publicUrl, now }: SessionDeps): Sessions {
  const holders = (['operator', 'read'] as const).flatMap((role) =>
    tokens[role].map(({ name, token }) => ({
      role,
      name: name ?? role,
      token,
      key: keyOf(role, token),
    })),
  )
  const ours = new URL(publicUrl).origin
  const isOurs = (request: FastifyRequest): boolean => {
    const { origin } = request.headers
    return origin === ours || origin === `${request.protocol}://${request.host}`
  }
  const refuseForeign = (request: FastifyRequest): void => {
    if (request.headers.origin !== undefined && !isOurs(request)) {
      throw new Problem('forbidden', 'This is taken from our own pages only.')
    }
  }

  const visitor = (request: FastifyRequest): Visitor | null => {
    const [, body, signature] = ourCookie.exec(request.headers.cookie ?? '') ?? []
    if (body === undefined || signature === undefined) return null
    const holder = holders.find(({ key }) => same(signature, sign(body, key)))
    if (holder === undefined || endOf(body) <= now()) return null
    const reads = request.method === 'GET' || request.method === 'HEAD'
    // A browser always says where a write comes from; what does not say so is no page of ours.
    if (!reads && !isOurs(request))
      throw new Problem('forbidden', 'A session writes from our own pages only.')
    return { role: holder.role, name: holder.name }
  }

  return {
    visitor,
    refuseForeign,
    open: (token) => {
      const body = `${Buffer.from(randomBytes(12)).toString('base64url')}-${now() + lasts}`
      const holder = holders.find((each) => same(token, each.token))
      if (holder) return `${body}.${sign(body, holder.key)}`
      if (tokens.ingest.some((each) => same(token, each.token))) {
        throw new Problem(
          'forbidden',
          'The ingest token opens no session: it neither reads nor acts for a person.',
        )
      }
      // Where nobody needs a token there is nothing to be known by, and the console works all the
      // same.
      if (holders.length === 0) return `${body}.${sign(body, randomBytes(32))}`
      throw new Problem('unauthenticated', 'This token is not known.', {
        headers: { 'www-authenticate': 'Bearer' },
      })
    },
    cookie: {
      httpOnly: true,
      sameSite: 'strict',
      path: '/',
      secure: ours.startsWith('https:'),
      maxAge: lasts / 1000,
    },
  }
}

const keyOf = (role: SessionRole, token: string): Buffer =>
  Buffer.from(hkdfSync('sha256', token, '', `codex-judge session ${role}`, 32))

const sign = (body: string, key: Buffer): string =>
  createHmac('sha256', key).update(body).digest('base64url')

const endOf = (body: string): number => Number(body.slice(body.lastIndexOf('-') + 1))

/** Compares without telling by its time how much of it was right. */
function same(given: string, right: string): boolean {
  const key = randomBytes(16)
  const digest = (text: string) => createHmac('sha256', key).update(text).digest()
  return timingSafeEqual(digest(given), digest(right))
}
