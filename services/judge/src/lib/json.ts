import { sanitizeText } from './text.ts'

/** A JSON value whose shape is not known yet. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject

export interface JsonObject {
  readonly [key: string]: Json
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** The value at a path of own properties; undefined where a step of the path is missing. */
export const at = (value: Json | undefined, ...path: readonly string[]): Json | undefined =>
  path.reduce<Json | undefined>(
    (inner, key) => (isObject(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
    value,
  )

/** The value if it is a text that is not empty, otherwise null. */
export const asText = (value: Json | undefined): string | null =>
  typeof value === 'string' && value !== '' ? value : null

/**
 * Parses JSON whose texts and keys PostgreSQL can store (see `sanitizeText`). Throws `SyntaxError`
 * for any other text, and `RangeError` for JSON of absurd depth.
 */
export function parseJson(text: string): Json {
  const value: Json = JSON.parse(text)
  return suspiciousEscape.test(text) ? sanitizeJson(value) : value
}

/**
 * The escapes by which well-formed JSON can still contain NUL or a lone surrogate. Most JSON has
 * none, and is not walked.
 */
export const suspiciousEscape = /\\u(?:0000|[dD][89a-fA-F])/

/**
 * The value with all its texts and keys sanitized. It is the same value, and not a copy, if nothing
 * had to be replaced.
 */
export function sanitizeJson<T>(value: T): T
export function sanitizeJson(value: unknown): unknown {
  return isStorable(value) ? value : replaceTexts(value)
}

function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return sanitizeText(value) === value
  if (value === null || typeof value !== 'object') return true
  if (Array.isArray(value)) return value.every(isStorable)
  return Object.entries(value).every(([key, inner]) => isStorable(key) && isStorable(inner))
}

function replaceTexts(value: unknown): unknown {
  if (typeof value === 'string') return sanitizeText(value)
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(replaceTexts)
  // fromEntries defines properties, so a key named __proto__ stays data.
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [sanitizeText(key), replaceTexts(inner)]),
  )
}
