/** Masks every string anywhere inside a value. Its shape stays, because only strings are replaced, and by strings. */
export async function maskStrings<T>(value: T, mask: (text: string) => Promise<string>): Promise<T> {
  const inner = async (part: unknown): Promise<unknown> => {
    if (typeof part === 'string') return mask(part)
    if (Array.isArray(part)) return Promise.all(part.map(inner))
    if (part === null || typeof part !== 'object') return part
    const entries = Object.entries(part).map(async ([key, one]) => [key, await inner(one)] as const)
    return Object.fromEntries(await Promise.all(entries))
  }
  return (await inner(value)) as T
}
