/**
 * Lets at most `places` of the given works go on at a time; the others wait for their turn, first
 * come, first served. For what each holds while it goes on: a hundred that wait for one lock must
 * not hold a hundred connections meanwhile.
 */
export function atMost(places: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = places
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
