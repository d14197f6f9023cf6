import type { Millis } from './instant.ts'
import { Problem } from './problem.ts'

/** So many wrong tokens of one address within a minute are answered 401; further ones 429. */
const MAX_WRONG_TOKENS = 30
const WINDOW_MS: Millis = 60_000
/** More addresses than that are forgotten together: each only gets its tokens again. */
const MAX_ADDRESSES = 10_000

/** Counts the wrong tokens of each address, so that no one can try many of them. */
export interface WrongTokens {
  /** The problem to throw for a wrong token: `unauthenticated`, or `too_many_requests`. */
  refuse(address: string): Problem
}

/** `now` is in milliseconds. */
export function createWrongTokens(now: () => number): WrongTokens {
  const counts = new Map<string, { readonly since: number; tokens: number }>()
  return {
    refuse(address) {
      const at = now()
      const known = counts.get(address)
      const isCurrent = known !== undefined && at - known.since < WINDOW_MS
      const count = isCurrent ? known : { since: at, tokens: 0 }
      if (!isCurrent && counts.size >= MAX_ADDRESSES) counts.clear()
      counts.set(address, count)
      count.tokens += 1
      if (count.tokens <= MAX_WRONG_TOKENS)
        return new Problem('unauthenticated', 'The token is unknown.', {
          headers: { 'www-authenticate': 'Bearer' },
        })
      const seconds = Math.max(1, Math.ceil((count.since + WINDOW_MS - at) / 1000))
      return new Problem(
        'too_many_requests',
        `More than ${MAX_WRONG_TOKENS} wrong tokens came from this address within a minute.`,
        { headers: { 'retry-after': String(seconds) } },
      )
    },
  }
}
