export interface Schedule {
  /** Does something later. An error in it rejects `failure`. */
  readonly later: (milliseconds: number, act: () => void | Promise<void>) => void
  readonly wait: (milliseconds: number) => Promise<void>
  /** Rejects with the first error. */
  readonly failure: Promise<never>
  readonly stop: () => void
}

/** Schedules what the simulated systems do. Nothing happens after `stop`. */
export function createSchedule(): Schedule {
  const timers = new Set<NodeJS.Timeout>()
  const { promise: failure, reject } = Promise.withResolvers<never>()
  failure.catch(() => {})
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
    failure,
    stop: () => {
      stopped = true
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
    },
  }
}
