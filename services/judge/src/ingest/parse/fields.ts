import { type Instant, toInstantOrNull } from '../../lib/instant.ts'
import { isObject, type Json, type JsonObject } from '../../lib/json.ts'
import { sanitizeText } from '../../lib/text.ts'
import { coerceObject } from './read-json.ts'

/**
 * The fields of an object by name in snake case: `issueNumber`, `issue_number` and `issue-number`
 * are one field. Its values keep their order, so that the first usable one counts.
 */
export type Fields = ReadonlyMap<string, readonly Json[]>

/** Senders use few names and repeat them, so their conversions are cached. */
const snakeNames = new Map<string, string>()
const MAX_SNAKE_NAMES = 2_000

function toSnakeCase(key: string): string {
  const known = snakeNames.get(key)
  if (known !== undefined) return known
  const name = key
    .replaceAll('-', '_')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
  if (snakeNames.size < MAX_SNAKE_NAMES && key.length <= 100) snakeNames.set(key, name)
  return name
}

/** Senders spell a name in two or three ways; of more, only the first count. */
const MAX_SPELLINGS = 16
/** Senders use dozens of names; of more, only the first are looked at. */
const MAX_NAMES = 1_000

export function collectFields(object: JsonObject | null): Fields {
  const fields = new Map<string, Json[]>()
  for (const [key, value] of Object.entries(object ?? {}).slice(0, MAX_NAMES)) {
    const name = toSnakeCase(key)
    const values = fields.get(name)
    if (values === undefined) fields.set(name, [value])
    else if (values.length < MAX_SPELLINGS) values.push(value)
  }
  return fields
}

/** Reads the first usable value, in the order of the names. An odd value is skipped. */
export function pickFirst<T>(
  fields: Fields,
  names: readonly string[],
  read: (value: Json) => T | null,
): T | null {
  for (const name of names) {
    for (const value of fields.get(name) ?? []) {
      const usable = read(value)
      if (usable !== null) return usable
    }
  }
  return null
}

/** What senders write for an unknown value; Go templates write `<no value>` for an absent key. */
const placeholders = new Set([
  '',
  'unknown',
  'unknown/unknown',
  '0',
  'null',
  'undefined',
  '<no value>',
])

/** A text as it came, or the digits of a number; null for a placeholder or any other value. */
export function readPlainText(value: Json): string | null {
  const found = typeof value === 'number' ? String(value) : value
  return typeof found !== 'string' || placeholders.has(found.trim().toLowerCase()) ? null : found
}

/**
 * A reader of names: trimmed texts of bounded length. The bounds are far above what Kubernetes, git
 * and GitHub allow, and below what an index of PostgreSQL can hold.
 */
const createNameReader =
  (max: number) =>
  (value: Json): string | null => {
    const found = readPlainText(value)?.trim() ?? null
    return found !== null && found.length <= max ? found : null
  }
export const readLabel = createNameReader(253)
export const readIdentifier = createNameReader(300)

/**
 * `owner/name`, also from a GitHub object or URL. Null for the mangled name without `/` that a
 * Kubernetes label holds.
 */
export function readRepository(value: Json): string | null {
  if (isObject(value))
    return readRepository(value.full_name ?? value.fullName ?? value.nameWithOwner ?? null)
  const found = readPlainText(value)?.trim() ?? null
  const path =
    found?.replace(/^(?:https?:\/\/|ssh:\/\/git@|git@)[^/:]+[/:]/, '').replace(/\.git$/, '') ?? ''
  return /^[A-Za-z0-9][A-Za-z0-9-]{0,99}\/[A-Za-z0-9._-]{1,100}$/.test(path) &&
    path.toLowerCase() !== 'unknown/unknown'
    ? path
    : null
}

const MAX_INT32 = 2 ** 31 - 1

/** A positive number as people write them: 2125, "2125", "#2125". */
export function readPositiveInt(value: Json): number | null {
  const found =
    typeof value === 'string' ? (/^#?0*([1-9]\d{0,9})$/.exec(value.trim())?.[1] ?? null) : value
  const number = typeof found === 'string' ? Number(found) : found
  return typeof number === 'number' && Number.isInteger(number) && number > 0 && number <= MAX_INT32
    ? number
    : null
}

export const readCount = (value: Json): number | null =>
  value === 0 || value === '0' ? 0 : readPositiveInt(value)

/** The number of an issue or pull request, also from GitHub's own object. */
export const readItemNumber = (value: Json): number | null =>
  readPositiveInt(isObject(value) ? (value.number ?? null) : value)

const readBranchName = createNameReader(512)

/** A branch without git's prefix, of at most twice the characters that git hosts allow. */
export function readBranch(value: Json): string | null {
  const found = readBranchName(value)?.replace(/^refs\/heads\//, '') ?? null
  return found === '' || found === null || /[\s\0]/.test(found) ? null : found
}

/** A commit as a run reports it, full or abbreviated. */
export function readCommitText(value: Json): string | null {
  const found = readPlainText(value)?.trim().toLowerCase() ?? ''
  return /^[0-9a-f]{7,64}$/.test(found) ? found : null
}

const EARLIEST_MS = Date.UTC(1990, 0)
const LATEST_MS = Date.UTC(3000, 0)

/** An ISO 8601 text (UTC if it names no zone), or seconds or milliseconds since 1970. */
export function readInstant(value: Json): Instant | null {
  if (typeof value === 'number')
    return keepInRange(toInstantOrNull(value < 1e11 ? value * 1000 : value))
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT/.test(value.trim())) return null
  const stamp = value.trim()
  return keepInRange(toInstantOrNull(/(?:Z|[+-]\d\d:?\d\d)$/i.test(stamp) ? stamp : `${stamp}Z`))
}
const keepInRange = (at: Instant | null): Instant | null =>
  at !== null && at > EARLIEST_MS && at < LATEST_MS ? at : null

export function readFlag(value: Json): boolean | null {
  if (typeof value === 'boolean') return value
  const found = typeof value === 'string' ? value.trim().toLowerCase() : ''
  return found === 'true' ? true : found === 'false' ? false : null
}

/** A JSON object in a string, as base64 or plain; null for anything else. */
export function decodeObject(value: Json): JsonObject | null {
  if (isObject(value)) return value
  if (typeof value !== 'string') return null
  const plain = coerceObject(value)
  // The literal `{}` is the default of a parameter that was not set.
  if (plain) return Object.keys(plain).length > 0 ? plain : null
  if (!/^[\sA-Za-z0-9+/_=-]+$/.test(value)) return null
  return coerceObject(Buffer.from(value, 'base64').toString('utf8'))
}

/** Any value as a readable text: a text as it is, a list line by line, an object as JSON. */
export function formatReadable(value: Json): string | null {
  if (value === null || typeof value === 'boolean') return null
  if (Array.isArray(value))
    return readPlainText(
      value.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))).join('\n'),
    )
  if (isObject(value)) return Object.keys(value).length > 0 ? JSON.stringify(value) : null
  return readPlainText(value)
}

/** The end of a text, at most `max` characters, that never starts within a surrogate pair. */
export const keepEnd = (text: string, max: number): string =>
  sanitizeText(text.slice(-max).replace(/^[\uDC00-\uDFFF]/, ''))
