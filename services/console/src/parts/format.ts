/* Numbers and durations as texts. Numbers are English, because everything else is. */

const SECOND = 1
const MINUTE = 60
const HOUR = 3_600
const DAY = 86_400

/** Which durations are rounded: `exact` keeps the second unit always, for what has ended. */
export type DurationDetail = 'plain' | 'exact'

/**
 * A duration in at most two units: `8 s`, `41 min`, `1 h 05 min`, `1 d 2 h`; below a second `0.4 s`.
 * `exact` also says the seconds of minutes: `6 min 12 s`. Negative ones count as nothing.
 */
export function formatDuration(seconds: number, detail: DurationDetail = 'plain'): string {
  const whole = Math.max(0, seconds)
  if (whole < SECOND) return whole < 0.05 ? '0 s' : `${whole.toFixed(1)} s`
  if (whole < MINUTE) return `${Math.floor(whole)} s`
  if (whole < HOUR) {
    const rest = Math.floor(whole % MINUTE)
    const minutes = `${Math.floor(whole / MINUTE)} min`
    return detail === 'exact' && rest > 0 ? `${minutes} ${rest} s` : minutes
  }
  if (whole < DAY) {
    const minutes = Math.floor((whole % HOUR) / MINUTE)
    const hours = `${Math.floor(whole / HOUR)} h`
    return minutes === 0 ? hours : `${hours} ${String(minutes).padStart(2, '0')} min`
  }
  const hours = Math.floor((whole % DAY) / HOUR)
  const days = `${Math.floor(whole / DAY)} d`
  return hours === 0 ? days : `${days} ${hours} h`
}

const counts = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** `1,284` */
export const formatCount = (count: number): string => counts.format(count)

/** `$0.25`; `<$0.01` for less than a cent that is not nothing. */
export function formatUsd(usd: number): string {
  if (usd > 0 && usd < 0.01) return '<$0.01'
  return `$${usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`
}

/** `310`, `24.8k`, `1.2M` */
export function formatTokens(tokens: number): string {
  if (tokens < 1_000) return formatCount(tokens)
  if (tokens < 999_950) return `${(tokens / 1_000).toFixed(1)}k`
  return `${(tokens / 1_000_000).toFixed(1)}M`
}

/** `1,554 bytes`, `31 kB`, `2.4 MB` */
export function formatBytes(bytes: number): string {
  if (bytes === 1) return '1 byte'
  if (bytes < 10_000) return `${formatCount(bytes)} bytes`
  if (bytes < 999_500) return `${Math.round(bytes / 1_000)} kB`
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}

/** The seven digits by which people name a commit. */
export const formatSha = (sha: string): string => sha.slice(0, 7)

const dates = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const datesWithYear = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
})

/** `12 Nov` in the reader's time zone, with the year if it is another one than now. */
export function formatDate(at: Date, now: Date): string {
  return (at.getFullYear() === now.getFullYear() ? dates : datesWithYear).format(at)
}

const pad = (value: number): string => String(value).padStart(2, '0')

/** `2026-12-05 10:00 UTC` */
export function formatUtc(at: Date): string {
  const day = `${at.getUTCFullYear()}-${pad(at.getUTCMonth() + 1)}-${pad(at.getUTCDate())}`
  return `${day} ${pad(at.getUTCHours())}:${pad(at.getUTCMinutes())} UTC`
}

const localTimes = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'medium',
})

/** The exact moment for a reader: in their time zone, and in UTC. */
export const formatExactly = (at: Date): string => `${localTimes.format(at)} · ${formatUtc(at)}`

/** A relative time to the past or the future: `21 min ago`, `in 23 h`; from 7 days on a date. */
export function formatRelative(at: Date, nowMs: number): string {
  const seconds = (nowMs - at.getTime()) / 1_000
  if (Math.abs(seconds) >= 7 * DAY) {
    const date = formatDate(at, new Date(nowMs))
    return seconds < 0 ? `on ${date}` : date
  }
  if (Math.abs(seconds) < 1) return 'now'
  return seconds < 0 ? `in ${formatDuration(-seconds)}` : `${formatDuration(seconds)} ago`
}
