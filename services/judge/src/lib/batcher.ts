interface Gathering<Item, Result> {
  /**
   * Does it for several at once: one result each (or the promise of it), in their order, or nothing
   * of it and a rejection.
   */
  readonly together: (items: readonly Item[]) => Promise<readonly (Result | Promise<Result>)[]>
  /**
   * Does it for one: for a lone one, and for each of several for whom it could not be done
   * together.
   */
  readonly alone: (item: Item) => Promise<Result>
  readonly weigh: (item: Item) => number
  /**
   * What one journey carries at most; an item that is heavier than that by itself goes by itself.
   */
  readonly most: { readonly items: number; readonly weight: number }
  /** How many journeys may be on their way at a time. */
  readonly journeys: number
}

interface Waiting<Item, Result> {
  readonly item: Item
  readonly resolve: (result: Result | Promise<Result>) => void
  readonly reject: (error: unknown) => void
}

/**
 * Group commit: whoever comes while all journeys are on their way waits for the next, and goes with
 * all others who wait. Nobody waits for company: where a journey is free, it leaves at the end of
 * this turn of the event loop. What spoils a journey costs only itself, because then each goes
 * alone.
 */
export function gather<Item, Result>(
  gathering: Gathering<Item, Result>,
): (item: Item) => Promise<Result> {
  const { together, alone, journeys } = gathering
  const waiting: Waiting<Item, Result>[] = []
  let away = 0
  let leaving = false
  const leave = () => {
    if (leaving || waiting.length === 0 || away >= journeys) return
    leaving = true
    setImmediate(() => {
      leaving = false
      while (waiting.length > 0 && away < journeys)
        void travel(waiting.splice(0, fitting(waiting, gathering)))
    })
  }
  const travel = async (group: readonly Waiting<Item, Result>[]) => {
    away += 1
    try {
      const [only, ...others] = group
      if (only && others.length === 0) only.resolve(await alone(only.item))
      else await arrive(group)
    } catch (error) {
      for (const { reject } of group) reject(error)
    } finally {
      away -= 1
      leave()
    }
  }
  const arrive = async (group: readonly Waiting<Item, Result>[]) => {
    const results = await together(group.map(({ item }) => item)).catch(() => null)
    for (const [index, { item, resolve }] of group.entries())
      resolve(results?.[index] ?? alone(item))
  }
  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      leave()
    })
}

/** How many of the first ones go together. */
function fitting<Item, Result>(
  waiting: readonly Waiting<Item, Result>[],
  { weigh, most }: Gathering<Item, Result>,
): number {
  let weight = 0
  let items = 0
  for (const { item } of waiting.slice(0, most.items)) {
    weight += weigh(item)
    if (items > 0 && weight > most.weight) break
    items += 1
  }
  return items
}
