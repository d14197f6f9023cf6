import type { FailureScope, ReadSystem } from './failure.ts'
import type { Instant } from './instant.ts'

/** Where a reading failed. */
export interface UnreadableSource {
  readonly system: ReadSystem
  readonly scope: FailureScope
}

/**
 * What is known about one part of an external system. "Not yet" (nothing is there, which may
 * change) and "unreadable" (the read failed) are different facts: the first has its own deadline,
 * the second only delays.
 */
export type Known<T> =
  | { readonly kind: 'known'; readonly value: T; readonly at: Instant }
  | { readonly kind: 'not_yet'; readonly because: string; readonly at: Instant }
  | {
      readonly kind: 'unreadable'
      readonly because: string
      /** When reading began to fail, without a success since. */
      readonly since: Instant
      /** True if another try cannot help: a person must fix permissions or credentials. */
      readonly forbidden: boolean
      readonly source: UnreadableSource
    }

export const known = <T>(value: T, at: Instant): Known<T> => ({ kind: 'known', value, at })
export const notYet = (because: string, at: Instant): Known<never> => ({
  kind: 'not_yet',
  because,
  at,
})
export const unreadable = (
  because: string,
  since: Instant,
  {
    forbidden = false,
    system = 'github',
    scope = 'system',
  }: { forbidden?: boolean } & Partial<UnreadableSource> = {},
): Extract<Known<never>, { kind: 'unreadable' }> => ({
  kind: 'unreadable',
  because,
  since,
  forbidden,
  source: { system, scope },
})

/** What follows from a value, as far as the value is known. */
export const mapKnown = <T, R>(part: Known<T>, map: (value: T) => R): Known<R> =>
  part.kind === 'known' ? { ...part, value: map(part.value) } : part

/** The value, or null if it is not known: for code that only displays it. */
export const getKnownValue = <T>(part: Known<T>): T | null =>
  part.kind === 'known' ? part.value : null
