import { addMillis, type Instant, type Millis } from '../lib/instant.ts'

/** How often a wait is polled whose deadline has passed without a successful reading. */
const OVERDUE_POLL_MS: Millis = 30_000
const MIN_POLL_MS: Millis = 1_000

/**
 * When to poll for something that no event may announce. The interval starts at `wait/120`, doubles
 * up to `wait/12`, is at least a second, and is stretched while GitHub's rate limit is short. The
 * last poll comes right after the deadline, because only a reading made after it ends a wait.
 */
export function computeNextPoll({
  now,
  since,
  deadline,
  polls,
  stretch,
}: {
  now: Instant
  since: Instant
  deadline: Instant
  polls: number
  stretch: number
}): Instant {
  const wait = Math.max(0, deadline - since)
  const interval =
    Math.max(MIN_POLL_MS, Math.min(wait / 12, (wait / 120) * 2 ** Math.min(polls, 10))) *
    Math.max(1, stretch)
  if (deadline <= now)
    return addMillis(now, Math.max(MIN_POLL_MS, Math.min(interval, OVERDUE_POLL_MS)))
  const next = addMillis(now, interval)
  return next <= deadline ? next : addMillis(deadline, 1)
}
