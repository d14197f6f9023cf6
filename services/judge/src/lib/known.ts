import type { Instant } from './instant.ts'

/**
 * What we can say about one part of the world. "Not yet" (nothing is there, which may change) and
 * "unreadable" (we could not look) are different facts: the first is judged by its own deadline,
 * the second only delays.
 */
export type Known<T> =
  | { readonly kind: 'known'; readonly value: T; readonly at: Instant }
  | { readonly kind: 'not_yet'; readonly because: string; readonly at: Instant }
  | {
      readonly kind: 'unreadable'
      readonly because: string
      /** When reading first failed without a success since. */
      readonly since: Instant
      /** True where another try cannot help: a person must act (permissions, credentials). */
      readonly forbidden: boolean
    }

export const known = <T>(value: T, at: Instant): Known<T> => ({ kind: 'known', value, at })
export const notYet = (because: string, at: Instant): Known<never> => ({
  kind: 'not_yet',
  because,
  at,
})
export const unreadable = (because: string, since: Instant, forbidden = false): Known<never> => ({
  kind: 'unreadable',
  because,
  since,
  forbidden,
})

/** The value, or null where it is not known: for places that only show it. */
export const knownValue = <T>(part: Known<T>): T | null =>
  part.kind === 'known' ? part.value : null
