import type { Instant, Millis } from './instant.ts'

const MAX_WAIT_MS = 86_400_000

/**
 * How long a `Retry-After` header asks us to wait, in milliseconds, or null if it is unusable. It
 * holds seconds (Discord sends fractions) or a date. The result is at most a day, so that no answer
 * can stop us for good.
 */
export function parseRetryAfter(header: string | null, now: Instant): Millis | null {
  if (header === null || header.trim() === '') return null
  const seconds = Number(header)
  const millis = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now
  return Number.isFinite(millis) ? Math.min(Math.max(0, Math.ceil(millis)), MAX_WAIT_MS) : null
}
