import type { Instant } from '../lib/instant.ts'

const units = [
  { name: 'd', seconds: 86_400 },
  { name: 'h', seconds: 3_600 },
  { name: 'min', seconds: 60 },
  { name: 's', seconds: 1 },
] as const

/** A length of time in its two largest units: `0.4 s`, `41 min`, `1 h 05 min`, `1 d 2 h`. */
export function formatSpan(seconds: number): string {
  if (seconds < 1) return `${Math.max(0, seconds).toFixed(1)} s`
  const whole = Math.floor(seconds)
  const index = units.findIndex((unit) => whole >= unit.seconds)
  const unit = units[index] ?? units[3]
  const next = units[index + 1]
  const count = Math.floor(whole / unit.seconds)
  const rest = next === undefined ? 0 : Math.floor((whole % unit.seconds) / next.seconds)
  if (next === undefined || rest === 0) return `${count} ${unit.name}`
  const padded = unit.name === 'd' ? String(rest) : String(rest).padStart(2, '0')
  return `${count} ${unit.name} ${padded} ${next.name}`
}

/** How long ago a moment was; null if it is no moment. */
export function formatAge(at: string | null, now: Instant): string | null {
  const millis = at === null ? Number.NaN : Date.parse(at)
  return Number.isFinite(millis) ? formatSpan(Math.max(0, now - millis) / 1000) : null
}
