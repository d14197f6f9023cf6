/**
 * Resolves to what is found as soon as there is something, and rejects when that takes longer than
 * `patience`, in milliseconds.
 */
export async function within<T>(
  patience: number,
  what: string,
  look: () => T | Promise<T>,
): Promise<NonNullable<T>> {
  const deadline = Date.now() + patience
  for (;;) {
    const found = await look()
    if (found) return found
    if (Date.now() > deadline) throw new Error(`never: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

/** The same, with more patience than it takes: only a hang needs it. */
export const eventually = <T>(what: string, look: () => T | Promise<T>): Promise<NonNullable<T>> =>
  within(60_000, what, look)
