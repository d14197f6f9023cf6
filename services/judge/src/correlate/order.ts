import type { Instant } from '../lib/instant.ts'

/** What decides which of two runs of an issue is the newer one. */
export interface Timed {
  readonly startedAt: Instant | null
  readonly finishedAt: Instant | null
  /** When we first heard of it. */
  readonly createdAt: Instant
}

/**
 * Newer is a later start (where none is known: the arrival), then a later finish, then a later
 * arrival. Positive when `a` is newer. The order is total and does not depend on who asks, so a
 * message that comes late finds its true place.
 */
export function compareRuns(a: Timed, b: Timed): number {
  const started = (a.startedAt ?? a.createdAt) - (b.startedAt ?? b.createdAt)
  if (started !== 0) return started
  const finished = (a.finishedAt ?? a.createdAt) - (b.finishedAt ?? b.createdAt)
  return finished !== 0 ? finished : a.createdAt - b.createdAt
}
