import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest, preHandlerAsyncHookHandler } from 'fastify'
import { deriveLatest } from '../../lib/latest.ts'
import { Problem } from '../../lib/problem.ts'
import type { WrongTokens } from '../../lib/wrong-tokens.ts'

export const accessRoles = ['ingest', 'notify', 'operator', 'read'] as const
export type AccessRole = (typeof accessRoles)[number]

export interface AccessToken {
  /** The name in audits; null if the setting gives none, then it is the role. */
  readonly name: string | null
  readonly token: string
}

/** Who sent the request; `anyone` if the role needs no token. */
export interface Identity {
  readonly role: AccessRole
  readonly name: string
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by a guard that let the request pass. */
    identity?: Identity
  }
}

export interface AccessSettings {
  /**
   * Every valid token of a role at this moment, two during a rotation. Without a token the role is
   * open.
   */
  readonly getTokens: () => Readonly<Record<AccessRole, readonly AccessToken[]>>
  /**
   * The identity in the console's cookie, for requests without a token; null without a valid
   * cookie. It also decides what a cookie may do from which origin.
   */
  readonly session?: (request: FastifyRequest) => Identity | null
  readonly wrongTokens: WrongTokens
}

export interface Access {
  /** A hook that refuses requests without one of the roles, with 401 or 403. */
  guard(role: AccessRole, ...alternatives: readonly AccessRole[]): preHandlerAsyncHookHandler
  /** The same decision for tokens from elsewhere than the header. Throws `Problem`. */
  authorize(role: AccessRole, presented: readonly string[], address: string): Identity
  /** False if the role is open. */
  isGuarded(role: AccessRole): boolean
  /**
   * Who sent a request, and what it may do with that. An unknown token throws like any other, so
   * that tokens cannot be tried here.
   */
  describeVisitor(request: FastifyRequest): Visitor
}

/** What a console needs to know about its visitor. */
export interface Visitor {
  /** The name that audits show; null: the visitor has shown no token. */
  readonly name: string | null
  readonly may: readonly ('read' | 'act')[]
  /** Whether reading takes a token. */
  readonly needed: boolean
}

/** The bearer token of the Authorization header, if there is one. */
export function readBearerTokens(request: FastifyRequest): readonly string[] {
  const found = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1]
  return found === undefined ? [] : [found]
}

const hashText = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Every token by its digest, with who holds it. */
const digestTokens = (tokens: ReturnType<AccessSettings['getTokens']>) =>
  accessRoles.flatMap((role) =>
    tokens[role].map(({ name, token }) => ({ role, name: name ?? role, digest: hashText(token) })),
  )

/** The roles whose tokens may do everything that a role may. */
const includedIn: Readonly<Record<AccessRole, readonly AccessRole[]>> = {
  ingest: [],
  notify: ['ingest'],
  operator: [],
  read: ['operator'],
}

/**
 * Access control by role (docs/contract.md, "Who may write"): a role without a token is open,
 * whatever token is sent; a missing or unknown token is 401, too many unknown ones are 429, a token
 * of another role 403; an operator may read. Every known token is compared each time, by digest, so
 * that the duration reveals nothing about any of them.
 *
 * The role `notify` is the one of agents' pods. The ingest token may always do the same, and without
 * a token of its own it is no role of its own.
 */
export function createAccess({ getTokens, session, wrongTokens }: AccessSettings): Access {
  const getKnown = deriveLatest(getTokens, digestTokens)
  const isOpen = (role: AccessRole): boolean =>
    getTokens()[role].length === 0 && (role !== 'notify' || isOpen('ingest'))

  const findHolders = (presented: readonly string[]): readonly Identity[] =>
    presented.flatMap((token) => {
      const given = hashText(token)
      return getKnown()
        .filter(({ digest }) => timingSafeEqual(digest, given))
        .map(({ role, name }) => ({ role, name }))
    })

  const decide = (
    [role, ...alternatives]: readonly [AccessRole, ...AccessRole[]],
    found: readonly Identity[],
    from: { readonly presented: number; readonly address: string },
  ): Identity => {
    const sufficient: readonly AccessRole[] = [role, ...alternatives, ...includedIn[role]]
    const holder = found.find((one) => sufficient.includes(one.role))
    if (holder) return holder
    if (isOpen(role)) return { role, name: 'anyone' }
    if (found.length > 0)
      throw new Problem(
        'forbidden',
        `This requires a token of the role ${role}; the one sent has the role ${found[0]?.role}.`,
      )
    if (from.presented > 0) throw wrongTokens.refuse(from.address)
    throw new Problem('unauthenticated', `This requires a token of the role ${role}.`, {
      headers: { 'www-authenticate': 'Bearer' },
    })
  }

  const identify = (request: FastifyRequest) => {
    const presented = readBearerTokens(request)
    const visitor = presented.length === 0 ? (session?.(request) ?? null) : null
    return {
      found: [...findHolders(presented), ...(visitor ? [visitor] : [])],
      from: { presented: presented.length, address: request.ip },
    }
  }

  return {
    guard:
      (role, ...alternatives) =>
      async (request) => {
        const { found, from } = identify(request)
        request.identity = decide([role, ...alternatives], found, from)
      },
    describeVisitor: (request) => {
      const { found, from } = identify(request)
      if (from.presented > 0 && found.length === 0) throw wrongTokens.refuse(from.address)
      const holds = (role: AccessRole): boolean =>
        isOpen(role) || found.some((one) => one.role === role)
      const acts = holds('operator')
      const isOperator = found.some((one) => one.role === 'operator')
      return {
        name: found.find(({ role }) => role === 'operator' || role === 'read')?.name ?? null,
        may: [
          ...(holds('read') || isOperator ? (['read'] as const) : []),
          ...(acts ? (['act'] as const) : []),
        ],
        needed: !isOpen('read'),
      }
    },
    authorize: (role, presented, address) =>
      decide([role], findHolders(presented), { presented: presented.length, address }),
    isGuarded: (role) => !isOpen(role),
  }
}
