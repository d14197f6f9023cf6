/**
 * Returns a function that runs work with at most `max` at a time; the rest waits, first come, first
 * served. It bounds what work holds while it runs: a hundred transactions that wait for one lock
 * must not hold a hundred connections.
 */
export function limitConcurrency(max: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = max
  const waiting: (() => void)[] = []
  return async (work) => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free += 1
    }
  }
}
