import { type Instant, instantOrNull } from '../../lib/instant.ts'
import { tidyText } from '../../lib/text.ts'
import { isObject, type Json, type JsonObject, objectIn } from './json.ts'

/**
 * The fields of one object, whatever case its sender writes them in: `issueNumber`, `issue_number`
 * and `issue-number` are one field. Twins keep their order, so that the first usable one counts.
 */
export type Fields = ReadonlyMap<string, readonly Json[]>

/** Senders use few names, and each again and again. */
const spelled = new Map<string, string>()
const mostSpelled = 2_000

function snake(key: string): string {
  const known = spelled.get(key)
  if (known !== undefined) return known
  const made = key
    .replaceAll('-', '_')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
  if (spelled.size < mostSpelled && key.length <= 100) spelled.set(key, made)
  return made
}

export function fieldsOf(object: JsonObject | null): Fields {
  const fields = new Map<string, Json[]>()
  for (const [key, value] of Object.entries(object ?? {}))
    fields.set(snake(key), [...(fields.get(snake(key)) ?? []), value])
  return fields
}

/**
 * Reads the first field, in order of the names, that holds something usable. One odd value never
 * costs the others.
 */
export function firstOf<T>(
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

/**
 * What senders write where they have nothing to say. `<no value>` is what a Go template makes of an
 * absent key.
 */
const placeholders = new Set([
  '',
  'unknown',
  'unknown/unknown',
  '0',
  'null',
  'undefined',
  '<no value>',
])

/**
 * Text as it came; null for a placeholder and for what is no text. Numbers are taken as their
 * digits.
 */
export function text(value: Json): string | null {
  const found = typeof value === 'number' ? String(value) : value
  return typeof found !== 'string' || placeholders.has(found.trim().toLowerCase()) ? null : found
}

/**
 * A name: trimmed text of bounded length. The bounds are far above what Kubernetes, git and GitHub
 * allow, and below what an index of Postgres can hold.
 */
const name =
  (max: number) =>
  (value: Json): string | null => {
    const found = text(value)?.trim() ?? null
    return found !== null && found.length <= max ? found : null
  }
export const label = name(253)
export const identifier = name(300)

/**
 * `owner/name`, also from a GitHub object or URL. A Kubernetes label holds a mangled name without
 * `/`, which is none.
 */
export function repository(value: Json): string | null {
  if (isObject(value))
    return repository(value.full_name ?? value.fullName ?? value.nameWithOwner ?? null)
  const found = text(value)?.trim() ?? null
  const path =
    found?.replace(/^(?:https?:\/\/|ssh:\/\/git@|git@)[^/:]+[/:]/, '').replace(/\.git$/, '') ?? ''
  return /^[A-Za-z0-9][A-Za-z0-9-]{0,99}\/[A-Za-z0-9._-]{1,100}$/.test(path) &&
    path.toLowerCase() !== 'unknown/unknown'
    ? path
    : null
}

const maxInt32 = 2 ** 31 - 1

/** A positive number as people write them: 2125, "2125", "#2125". */
export function positive(value: Json): number | null {
  const found =
    typeof value === 'string' ? (/^#?0*([1-9]\d{0,9})$/.exec(value.trim())?.[1] ?? null) : value
  const number = typeof found === 'string' ? Number(found) : found
  return typeof number === 'number' && Number.isInteger(number) && number > 0 && number <= maxInt32
    ? number
    : null
}

export const count = (value: Json): number | null =>
  value === 0 || value === '0' ? 0 : positive(value)

/** The number of an issue or pull request, also from GitHub's own object. */
export const itemNumber = (value: Json): number | null =>
  positive(isObject(value) ? (value.number ?? null) : value)

/** A branch, without git's prefix; at most 512 characters, twice what git hosts allow. */
export function branch(value: Json): string | null {
  const found = name(512)(value)?.replace(/^refs\/heads\//, '') ?? null
  return found === '' || found === null || /[\s\0]/.test(found) ? null : found
}

/** A commit as a run reports it, full or abbreviated. */
export function commitText(value: Json): string | null {
  const found = text(value)?.trim().toLowerCase() ?? ''
  return /^[0-9a-f]{7,64}$/.test(found) ? found : null
}

const earliest = Date.UTC(1990, 0)
const newest = Date.UTC(3000, 0)

/** A moment as ISO 8601 (UTC where it names no zone), or as seconds or milliseconds since 1970. */
export function moment(value: Json): Instant | null {
  if (typeof value === 'number') return inRange(instantOrNull(value < 1e11 ? value * 1000 : value))
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT/.test(value.trim())) return null
  const stamp = value.trim()
  return inRange(instantOrNull(/(?:Z|[+-]\d\d:?\d\d)$/i.test(stamp) ? stamp : `${stamp}Z`))
}
const inRange = (at: Instant | null): Instant | null =>
  at !== null && at > earliest && at < newest ? at : null

export function flag(value: Json): boolean | null {
  if (typeof value === 'boolean') return value
  const found = typeof value === 'string' ? value.trim().toLowerCase() : ''
  return found === 'true' ? true : found === 'false' ? false : null
}

/**
 * JSON that was put into a string as base64 (or plainly); null where it is neither, or no object.
 */
export function encodedObject(value: Json): JsonObject | null {
  if (isObject(value)) return value
  if (typeof value !== 'string') return null
  const plain = objectIn(value)
  // The literal `{}` is the default of a parameter nobody set.
  if (plain) return Object.keys(plain).length > 0 ? plain : null
  if (!/^[\sA-Za-z0-9+/_=-]+$/.test(value)) return null
  return objectIn(Buffer.from(value, 'base64').toString('utf8'))
}

/**
 * Any value as text that people can read: text as it is, a list line by line, anything else as
 * JSON.
 */
export function shown(value: Json): string | null {
  if (value === null || typeof value === 'boolean') return null
  if (Array.isArray(value))
    return text(
      value.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))).join('\n'),
    )
  if (isObject(value)) return Object.keys(value).length > 0 ? JSON.stringify(value) : null
  return text(value)
}

/** The end of a text, at most `max` characters, never beginning with half a surrogate pair. */
export const lastOf = (whole: string, max: number): string =>
  tidyText(whole.slice(-max).replace(/^[\uDC00-\uDFFF]/, ''))
