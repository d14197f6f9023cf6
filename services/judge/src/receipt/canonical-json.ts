import { sha256 } from '../lib/ids.ts'
import { isObject, type Json } from '../lib/json.ts'
import { compareText, sanitizeText } from '../lib/text.ts'

/*
 * Values as JSON and back, and JSON as one text. Equal values have one text, whatever the order of
 * their keys, so its SHA-256 names the value.
 */

/**
 * The value as JSON. Maps and sets become objects with one key that begins with `$`; such keys of
 * data are escaped. Texts are cleaned as PostgreSQL stores them (`sanitizeText`). What JSON cannot
 * represent is left out of objects, and null elsewhere.
 */
export function toPlainJson(value: unknown): Json {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'string') return sanitizeText(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null
  if (value instanceof Map)
    return { $map: [...value].map(([key, inner]) => [toPlainJson(key), toPlainJson(inner)]) }
  if (value instanceof Set) return { $set: [...value].map(toPlainJson) }
  if (Array.isArray(value)) return value.map(toPlainJson)
  if (typeof value !== 'object') return null
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([key, inner]) => [key.startsWith('$') ? `$${key}` : key, toPlainJson(inner)]),
  )
}

/** The value that `toPlainJson` was given, except for what JSON cannot represent. */
export function fromPlainJson(json: Json): unknown {
  if (Array.isArray(json)) return json.map(fromPlainJson)
  if (!isObject(json)) return json
  if (Array.isArray(json.$map)) return new Map(json.$map.map(toEntry))
  if (Array.isArray(json.$set)) return new Set(json.$set.map(fromPlainJson))
  return Object.fromEntries(
    Object.entries(json).map(([key, inner]) => [
      key.startsWith('$$') ? key.slice(1) : key,
      fromPlainJson(inner),
    ]),
  )
}

const toEntry = (pair: Json): [unknown, unknown] =>
  Array.isArray(pair)
    ? [fromPlainJson(pair[0] ?? null), fromPlainJson(pair[1] ?? null)]
    : [pair, null]

/** JSON without white space, the keys of every object in order. */
export function formatCanonical(json: Json): string {
  if (Array.isArray(json)) return `[${json.map(formatCanonical).join(',')}]`
  if (!isObject(json)) return JSON.stringify(json)
  const entries = Object.keys(json)
    .sort(compareText)
    .map((key) => `${JSON.stringify(key)}:${formatCanonical(json[key] ?? null)}`)
  return `{${entries.join(',')}}`
}

/** The digest of a part of a receipt: of a text itself, and of other JSON in its canonical form. */
export const digestPart = (part: Json): string =>
  sha256(typeof part === 'string' ? part : formatCanonical(part))
