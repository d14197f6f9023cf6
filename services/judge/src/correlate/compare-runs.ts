import type { Instant } from '../lib/instant.ts'

/** The times that decide which of two runs of an issue is newer. */
export interface RunTimes {
  readonly startedAt: Instant | null
  readonly finishedAt: Instant | null
  /** When the first message about the run arrived. */
  readonly createdAt: Instant
}

/**
 * Compares by start (by arrival if the start is unknown), then by finish, then by arrival; positive
 * if `a` is newer. The order is total and independent of when messages come, so a late message is
 * put in its right place.
 */
export function compareRuns(a: RunTimes, b: RunTimes): number {
  const started = (a.startedAt ?? a.createdAt) - (b.startedAt ?? b.createdAt)
  if (started !== 0) return started
  const finished = (a.finishedAt ?? a.createdAt) - (b.finishedAt ?? b.createdAt)
  return finished !== 0 ? finished : a.createdAt - b.createdAt
}
