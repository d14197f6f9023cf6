import { createHash, timingSafeEqual } from 'node:crypto'
import type { onRequestAsyncHookHandler } from 'fastify'
import { Problem } from './problem.ts'

const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest()

/**
 * A hook that accepts requests with one of the tokens, or every request if there are no tokens. All
 * tokens are compared each time, by their digests, so that the duration reveals nothing about them.
 */
export function authenticate(tokens: readonly string[]): onRequestAsyncHookHandler {
  const known = tokens.map(hashToken)
  return async ({ headers }) => {
    if (known.length === 0) return
    const given = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1]
    const presented = hashToken(given ?? '')
    if (known.filter((each) => timingSafeEqual(each, presented)).length > 0) return
    const detail =
      given === undefined ? "The dispatcher's token is required." : 'This token is unknown.'
    throw new Problem('unauthenticated', detail, { headers: { 'www-authenticate': 'Bearer' } })
  }
}
