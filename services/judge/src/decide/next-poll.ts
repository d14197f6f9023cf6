import { after, type Instant, type Millis } from '../lib/instant.ts'

/**
 * When to look again at something no event may announce: after `wait/120`, doubling to `wait/12`,
 * never under a second, stretched where GitHub's budget is short, and always once more right after
 * the deadline: a wait is over only by a reading made after it.
 */
export function nextLook({
  now,
  since,
  deadline,
  looks,
  stretch,
}: {
  now: Instant
  since: Instant
  deadline: Instant
  looks: number
  stretch: number
}): Instant {
  const wait = Math.max(0, deadline - since)
  const step =
    Math.max(1_000, Math.min(wait / 12, (wait / 120) * 2 ** Math.min(looks, 10))) *
    Math.max(1, stretch)
  const next = after(now, step)
  if (deadline <= now) return after(now, Math.max(1_000, Math.min(step, OVERDUE)))
  return next <= deadline ? next : after(deadline, 1)
}

/** How often a wait is looked at that is over, but not yet by a successful reading. */
const OVERDUE: Millis = 30_000
