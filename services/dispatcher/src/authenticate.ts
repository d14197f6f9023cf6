import { createHash, timingSafeEqual } from 'node:crypto'
import type { onRequestAsyncHookHandler } from 'fastify'
import { Problem } from './problem.ts'

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/**
 * A hook that lets pass who brings one of the tokens; everybody, where there are none. Every token
 * is compared each time and through digests, so that the time taken tells nothing about any of
 * them.
 */
export function authenticate(tokens: readonly string[]): onRequestAsyncHookHandler {
  const known = tokens.map(digest)
  return async ({ headers }) => {
    if (known.length === 0) return
    const given = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1]
    const presented = digest(given ?? '')
    if (known.filter((each) => timingSafeEqual(each, presented)).length > 0) return
    const detail =
      given === undefined ? "This needs the dispatcher's token." : 'This token is not known.'
    throw new Problem('unauthenticated', detail, { headers: { 'www-authenticate': 'Bearer' } })
  }
}
