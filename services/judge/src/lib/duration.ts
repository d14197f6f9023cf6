import type { Millis } from './instant.ts'

const unitMillis = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/**
 * Reads `90s`, `5m`, `2h`, `14d`, `250ms` or a bare `0` as milliseconds; null for anything else.
 */
export function parseDuration(text: string): Millis | null {
  const [, digits, unit] = /^([0-9]{1,12})(ms|s|m|h|d)?$/.exec(text.trim()) ?? []
  if (digits === undefined) return null
  const amount = Number(digits)
  if (isUnit(unit)) return amount * unitMillis[unit]
  return amount === 0 ? 0 : null
}

/** The shortest text that `parseDuration` reads as the same duration. */
export function formatDuration(millis: Millis): string {
  if (millis === 0) return '0s'
  const unit =
    (['d', 'h', 'm', 's'] as const).find((name) => millis % unitMillis[name] === 0) ?? 'ms'
  return `${millis / unitMillis[unit]}${unit}`
}

const isUnit = (text: string | undefined): text is keyof typeof unitMillis =>
  text !== undefined && Object.hasOwn(unitMillis, text)
