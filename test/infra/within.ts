/** Polls until the result is truthy, and resolves to it. Rejects after the timeout. */
export async function pollFor<T>(
  timeoutMs: number,
  what: string,
  poll: () => T | Promise<T>,
): Promise<NonNullable<T>> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const found = await poll()
    if (found) return found
    if (Date.now() > deadline) throw new Error(`never: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

/** The same with a timeout that only a hang reaches. */
export const eventually = <T>(what: string, poll: () => T | Promise<T>): Promise<NonNullable<T>> =>
  pollFor(60_000, what, poll)
