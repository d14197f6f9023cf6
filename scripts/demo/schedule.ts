export interface Schedule {
  /** Does something later; whatever goes wrong then ends the demo. */
  readonly later: (milliseconds: number, act: () => void | Promise<void>) => void
  readonly wait: (milliseconds: number) => Promise<void>
  /** Rejects with the first thing that went wrong. */
  readonly failed: Promise<never>
  readonly stop: () => void
}

/** What the simulated outside does by and by. Nothing of it happens after `stop`. */
export function createSchedule(): Schedule {
  const timers = new Set<NodeJS.Timeout>()
  const { promise: failed, reject } = Promise.withResolvers<never>()
  failed.catch(() => {})
  let stopped = false
  const later: Schedule['later'] = (milliseconds, act) => {
    if (stopped) return
    const timer = setTimeout(() => {
      timers.delete(timer)
      Promise.resolve()
        .then(act)
        .catch((error: unknown) => (stopped ? undefined : reject(error)))
    }, milliseconds)
    timers.add(timer)
  }
  return {
    later,
    wait: (milliseconds) => new Promise((done) => later(milliseconds, done)),
    failed,
    stop: () => {
      stopped = true
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
    },
  }
}
