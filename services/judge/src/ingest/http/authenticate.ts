import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest, preHandlerAsyncHookHandler } from 'fastify'
import { Problem } from '../../lib/problem.ts'

export const roles = ['ingest', 'operator', 'read'] as const
export type Role = (typeof roles)[number]

export interface Token {
  /** Whom the audit names; null where the setting names nobody: then it is the role. */
  readonly name: string | null
  readonly token: string
}

/** Who is asking, as far as we know: `anyone` where the role needs no token. */
export interface Identity {
  readonly role: Role
  readonly name: string
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by a guard that let the request pass. */
    identity?: Identity
  }
}

export interface AccessSettings {
  /** Every token that counts for a role, two during a rotation. None: the role is open. */
  readonly tokens: Readonly<Record<Role, readonly Token[]>>
  /**
   * Who the console's cookie says this is, for requests that bring no token; null without a (valid)
   * one. What a cookie may do from which origin is decided there.
   */
  readonly session?: (request: FastifyRequest) => Identity | null
}

export interface Access {
  /**
   * A hook that lets pass who has the role (or one of the others named), and refuses everybody else
   * with 401 or 403.
   */
  guard(role: Role, ...orToo: readonly Role[]): preHandlerAsyncHookHandler
  /** The same decision over tokens found elsewhere than in the header. Throws `Problem`. */
  admit(role: Role, presented: readonly string[]): Identity
  /** False where the role is open. */
  isGuarded(role: Role): boolean
}

/** The token of the Authorization header; none where there is no bearer token. */
export function bearerTokens(request: FastifyRequest): readonly string[] {
  const found = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1]
  return found === undefined ? [] : [found]
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/**
 * Who may what (contract section 3): a role without a token is open, whatever token is sent; a
 * missing or unknown token is 401, a known one of another role 403; an operator may read. Every
 * known token is compared each time and through digests, so that the time taken tells nothing about
 * any of them.
 */
export function accessTo({ tokens, session }: AccessSettings): Access {
  const known = roles.flatMap((role) =>
    tokens[role].map(({ name, token }) => ({ role, name: name ?? role, digest: digest(token) })),
  )

  const holders = (presented: readonly string[]): readonly Identity[] =>
    presented.flatMap((one) => {
      const given = digest(one)
      return known
        .filter((each) => timingSafeEqual(each.digest, given))
        .map(({ role, name }) => ({ role, name }))
    })

  const decide = (
    [role, ...orToo]: readonly [Role, ...Role[]],
    found: readonly Identity[],
    presented: number,
  ): Identity => {
    const enough: readonly Role[] = [
      role,
      ...orToo,
      ...(role === 'read' ? (['operator'] as const) : []),
    ]
    const holder = found.find((one) => enough.includes(one.role))
    if (holder) return holder
    if (tokens[role].length === 0) return { role, name: 'anyone' }
    if (found.length > 0)
      throw new Problem(
        'forbidden',
        `This needs the token of ${role}; the one sent is of ${found[0]?.role}.`,
      )
    throw new Problem(
      'unauthenticated',
      presented === 0 ? `This needs the token of ${role}.` : 'This token is not known.',
      {
        headers: { 'www-authenticate': 'Bearer' },
      },
    )
  }

  return {
    guard:
      (role, ...orToo) =>
      async (request) => {
        const presented = bearerTokens(request)
        const visitor = presented.length === 0 ? (session?.(request) ?? null) : null
        request.identity = decide(
          [role, ...orToo],
          [...holders(presented), ...(visitor ? [visitor] : [])],
          presented.length,
        )
      },
    admit: (role, presented) => decide([role], holders(presented), presented.length),
    isGuarded: (role) => tokens[role].length > 0,
  }
}
