/**
 * A moment, in milliseconds since 1970 UTC. Branded, so that a duration or a port number cannot be
 * passed for one.
 */
export type Instant = number & { readonly __instant: true }

/** A length of time in milliseconds. */
export type Millis = number

/**
 * Reads a moment from a Date, an ISO 8601 text or milliseconds. Throws RangeError on anything that
 * is no moment.
 */
export function instant(from: Date | string | number): Instant {
  const millis =
    from instanceof Date ? from.getTime() : typeof from === 'string' ? Date.parse(from) : from
  if (!Number.isFinite(millis)) throw new RangeError(`not a moment: ${String(from)}`)
  return millis as Instant
}

/** The same as `instant`, but what is no moment is null: for values that somebody else wrote. */
export function instantOrNull(from: Date | string | number | null | undefined): Instant | null {
  if (from === null || from === undefined || from === '') return null
  const millis =
    from instanceof Date ? from.getTime() : typeof from === 'string' ? Date.parse(from) : from
  return Number.isFinite(millis) ? (millis as Instant) : null
}

export const iso = (at: Instant): string => new Date(at).toISOString()
export const isoOrNull = (at: Instant | null): string | null => (at === null ? null : iso(at))
export const after = (at: Instant, millis: Millis): Instant => (at + millis) as Instant
export const latest = (...moments: readonly (Instant | null)[]): Instant =>
  Math.max(...moments.filter((moment) => moment !== null)) as Instant
export const earliest = (...moments: readonly [Instant, ...Instant[]]): Instant =>
  Math.min(...moments) as Instant
