import type { Instant, Millis } from './instant.ts'

/**
 * What a `Retry-After` header asks us to wait, in milliseconds; null where it says nothing usable.
 * It may hold seconds (Discord sends fractions) or a date. Over a day is taken for a day, so that
 * no answer can park us for good.
 */
export function retryAfter(header: string | null, now: Instant): Millis | null {
  if (header === null || header.trim() === '') return null
  const seconds = Number(header)
  const millis = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now
  return Number.isFinite(millis) ? Math.min(Math.max(0, Math.ceil(millis)), 86_400_000) : null
}
