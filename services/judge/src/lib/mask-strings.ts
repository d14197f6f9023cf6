/** Masks every string anywhere inside a value. Its shape stays, because only strings are replaced, and by strings. */
export async function maskStrings<T>(value: T, mask: (text: string) => Promise<string>): Promise<T>
export async function maskStrings(value: unknown, mask: (text: string) => Promise<string>): Promise<unknown> {
  if (typeof value === 'string') return mask(value)
  if (Array.isArray(value)) return Promise.all(value.map((part) => maskStrings<unknown>(part, mask)))
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).map(
    async ([key, part]) => [key, await maskStrings<unknown>(part, mask)] as const,
  )
  return Object.fromEntries(await Promise.all(entries))
}
