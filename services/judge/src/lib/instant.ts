/**
 * A point in time, in milliseconds since 1970 UTC. Branded, so that a duration or a port number
 * cannot be passed for one.
 */
export type Instant = number & { readonly __instant: true }

/** A length of time in milliseconds. */
export type Millis = number

/**
 * Converts a Date, an ISO 8601 text or milliseconds. Throws RangeError if the value is not a point
 * in time.
 */
export function toInstant(from: Date | string | number): Instant {
  const millis =
    from instanceof Date ? from.getTime() : typeof from === 'string' ? Date.parse(from) : from
  if (!Number.isFinite(millis)) throw new RangeError(`not a point in time: ${String(from)}`)
  return millis as Instant
}

/** Like `toInstant`, but returns null for an invalid value: for input from other systems. */
export function toInstantOrNull(from: Date | string | number | null | undefined): Instant | null {
  if (from === null || from === undefined || from === '') return null
  const millis =
    from instanceof Date ? from.getTime() : typeof from === 'string' ? Date.parse(from) : from
  return Number.isFinite(millis) ? (millis as Instant) : null
}

export const toIso = (at: Instant): string => new Date(at).toISOString()
export const toIsoOrNull = (at: Instant | null): string | null => (at === null ? null : toIso(at))
/** `2026-12-05 10:00 UTC`, for texts that people read; the API and its JSON keep ISO 8601. */
export const formatUtc = (at: Instant): string =>
  `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
export const addMillis = (at: Instant, millis: Millis): Instant => (at + millis) as Instant
export const latest = (...moments: readonly (Instant | null)[]): Instant =>
  Math.max(...moments.filter((moment) => moment !== null)) as Instant
export const earliest = (...moments: readonly [Instant, ...Instant[]]): Instant =>
  Math.min(...moments) as Instant
