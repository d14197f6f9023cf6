/** Replaces what looks like a secret. Every text passes through it before it leaves the service. */
export type Mask = (text: string) => Promise<string>

/** Masks every string inside a value. The shape stays: strings are replaced by strings. */
export async function maskStrings<T>(value: T, mask: Mask): Promise<T>
export async function maskStrings(value: unknown, mask: Mask): Promise<unknown> {
  if (typeof value === 'string') return mask(value)
  if (Array.isArray(value))
    return Promise.all(value.map((part) => maskStrings<unknown>(part, mask)))
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).map(
    async ([key, part]) => [key, await maskStrings<unknown>(part, mask)] as const,
  )
  return Object.fromEntries(await Promise.all(entries))
}
