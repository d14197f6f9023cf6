interface BatcherOptions<Item, Result> {
  /**
   * Processes several items at once: one result an item, or the promise of one, in the order of
   * the items. If it rejects, it must have done nothing.
   */
  readonly runBatch: (items: readonly Item[]) => Promise<readonly (Result | Promise<Result>)[]>
  /** Processes one item: a batch of one, and each item of a batch that was rejected. */
  readonly runOne: (item: Item) => Promise<Result>
  readonly measureSize: (item: Item) => number
  /** The limits of one batch. An item that exceeds `size` alone makes a batch of one. */
  readonly max: { readonly items: number; readonly size: number }
  readonly maxInFlight: number
  /** True for an error that is no fault of any item: each of them would fail with it alone. */
  readonly failsAll?: (error: unknown) => boolean
}

interface QueuedItem<Item, Result> {
  readonly item: Item
  readonly resolve: (result: Result | Promise<Result>) => void
  readonly reject: (error: unknown) => void
}

/**
 * Group commit: items queue while `maxInFlight` batches run, then go together. A batch starts at
 * the end of the event loop's turn in which a slot is free; it never waits to fill. When a batch is
 * rejected, each of its items is processed alone, so a bad item fails only itself. An error that
 * would fail all of them rejects them all, and those that wait, without another try.
 */
export function createBatcher<Item, Result>(
  options: BatcherOptions<Item, Result>,
): (item: Item) => Promise<Result> {
  const { runBatch, runOne, maxInFlight, failsAll = () => false } = options
  const queue: QueuedItem<Item, Result>[] = []
  let inFlight = 0
  let scheduled = false
  const scheduleFlush = () => {
    if (scheduled || queue.length === 0 || inFlight >= maxInFlight) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      while (queue.length > 0 && inFlight < maxInFlight)
        void flush(queue.splice(0, countFitting(queue, options)))
    })
  }
  const flush = async (batch: readonly QueuedItem<Item, Result>[]) => {
    inFlight += 1
    try {
      const [only, ...others] = batch
      if (only && others.length === 0) only.resolve(await runOne(only.item))
      else await runTogether(batch)
    } catch (error) {
      const failed = failsAll(error) ? [...batch, ...queue.splice(0)] : batch
      for (const { reject } of failed) reject(error)
    } finally {
      inFlight -= 1
      scheduleFlush()
    }
  }
  const runTogether = async (batch: readonly QueuedItem<Item, Result>[]) => {
    const results = await runBatch(batch.map(({ item }) => item)).catch((error: unknown) => {
      if (failsAll(error)) throw error
      return null
    })
    for (const [index, { item, resolve }] of batch.entries())
      resolve(results?.[index] ?? runOne(item))
  }
  return (item) =>
    new Promise((resolve, reject) => {
      queue.push({ item, resolve, reject })
      scheduleFlush()
    })
}

/** How many items from the head of the queue fit into one batch; at least one. */
function countFitting<Item, Result>(
  queue: readonly QueuedItem<Item, Result>[],
  { measureSize, max }: BatcherOptions<Item, Result>,
): number {
  let size = 0
  let items = 0
  for (const { item } of queue.slice(0, max.items)) {
    size += measureSize(item)
    if (items > 0 && size > max.size) break
    items += 1
  }
  return items
}
