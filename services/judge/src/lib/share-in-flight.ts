/** Calls that come while one is under way get its result: many at once cost as much as one. */
export function shareInFlight<T>(work: () => Promise<T>): () => Promise<T> {
  let current: Promise<T> | null = null
  return () => {
    current ??= work().finally(() => {
      current = null
    })
    return current
  }
}
