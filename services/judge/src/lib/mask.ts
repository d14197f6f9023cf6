/** Replaces what looks like a secret. Every text passes through it before it leaves the service. */
export type Mask = (text: string) => Promise<string>

/** The same at once, for texts that are short, or written where nothing can wait. */
export type MaskNow = (text: string) => string

/**
 * Masks every string inside a value, the names of its fields included. The shape stays: strings are
 * replaced by strings. A value is also masked for the name it has, like `{"password": "…"}`.
 */
export async function maskStrings<T>(value: T, mask: Mask): Promise<T>
export async function maskStrings(value: unknown, mask: Mask): Promise<unknown> {
  if (typeof value === 'string') return mask(value)
  if (Array.isArray(value))
    return Promise.all(value.map((part) => maskStrings<unknown>(part, mask)))
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).map(async ([key, part]) => {
    const masked = await maskStrings<unknown>(part, mask)
    const isCredential =
      typeof masked === 'string' && isNamedSecret(key, masked, await mask(showField(key, masked)))
    return [await mask(key), isCredential ? NAMED_SECRET : masked] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

function maskStringsNow(value: unknown, mask: MaskNow): unknown {
  if (typeof value === 'string') return mask(value)
  if (Array.isArray(value)) return value.map((part) => maskStringsNow(part, mask))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => {
      const masked = maskStringsNow(part, mask)
      const isCredential =
        typeof masked === 'string' && isNamedSecret(key, masked, mask(showField(key, masked)))
      return [mask(key), isCredential ? NAMED_SECRET : masked]
    }),
  )
}

const NAMED_SECRET = '[masked: credential]'
const MAX_NAMED_CHARS = 400

const credentialName = /pass|pwd|secret|token|key|credential/i

/** The field as text, if its name can be that of a credential. */
const showField = (key: string, value: string): string =>
  value.length <= MAX_NAMED_CHARS && credentialName.test(key) ? `"${key}": "${value}"` : ''

/** Whether the value is a secret because of the name that it has, and of nothing else. */
const isNamedSecret = (key: string, value: string, maskedField: string): boolean =>
  maskedField !== '' && value !== NAMED_SECRET && maskedField === `"${key}": "${NAMED_SECRET}"`

/**
 * Masks every string of a value of ours, except in the fields to keep: names that are compared with
 * those of other systems, wherever they are in the value.
 */
export async function maskAllBut<T>(keep: ReadonlySet<string>, value: T, mask: Mask): Promise<T>
export async function maskAllBut(
  keep: ReadonlySet<string>,
  value: unknown,
  mask: Mask,
): Promise<unknown> {
  if (typeof value === 'string') return mask(value)
  if (Array.isArray(value))
    return Promise.all(value.map((part) => maskAllBut<unknown>(keep, part, mask)))
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).map(
    async ([key, part]) =>
      [key, keep.has(key) ? part : await maskAllBut<unknown>(keep, part, mask)] as const,
  )
  return Object.fromEntries(await Promise.all(entries))
}

/**
 * Masks a JSON text; the same text if nothing in it looks like a secret, which takes one search for
 * all of it.
 */
export async function maskJson(json: string, mask: Mask): Promise<string> {
  const text = unescapeJson(json)
  if ((await mask(text)) === text) return json
  return JSON.stringify(await maskStrings<unknown>(JSON.parse(json), mask))
}

/** The same at once. */
export function maskJsonNow(json: string, mask: MaskNow): string {
  const text = unescapeJson(json)
  return mask(text) === text ? json : JSON.stringify(maskStringsNow(JSON.parse(json), mask))
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: ' ', f: ' ' }

/** A secret at the beginning of a line would have the letter of the escape before it. */
const unescapeJson = (json: string): string =>
  json.includes('\\')
    ? json.replace(/\\(?:u[0-9a-fA-F]{4}|.)/g, (sequence) => {
        const char = sequence[1] ?? ''
        return char === 'u'
          ? String.fromCharCode(Number.parseInt(sequence.slice(2), 16))
          : (escapes[char] ?? char)
      })
    : json
