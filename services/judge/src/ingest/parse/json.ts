import { tidyText } from '../../lib/text.ts'

/** A JSON value somebody else wrote. It stays inside `ingest/`: what leaves is typed. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json
}

export interface Fault {
  readonly code:
    | 'not_utf8'
    | 'not_json'
    | 'too_deep'
    | 'not_object'
    | 'empty_batch'
    | 'cloudevent_without_id'
    | 'cloudevent_without_data'
  readonly message: string
}
export type Reading<T> =
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'fault'; readonly fault: Fault }

export const fault = (
  code: Fault['code'],
  message: string,
): { readonly kind: 'fault'; readonly fault: Fault } => ({
  kind: 'fault',
  fault: { code, message },
})

/**
 * Deeper documents are no message of anybody's, and every later step may walk a value by recursion.
 */
export const maxDepth = 200

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Strict UTF-8 to text, without a byte order mark; null where the bytes are not UTF-8. */
export function utf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

const deeperThan = (value: Json, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((inner) => deeperThan(inner, levels - 1)))

const clean = (value: Json): Json => {
  if (typeof value === 'string') return tidyText(value)
  if (Array.isArray(value)) return value.map(clean)
  if (!isObject(value)) return value
  // fromEntries defines properties, so a key named __proto__ stays data.
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [tidyText(key), clean(inner)]),
  )
}

/**
 * Escapes by which valid UTF-8 can still hold NUL or half a surrogate pair. Most messages have
 * none, and are not copied.
 */
const suspicious = /\\u(?:0000|[dD][89a-fA-F])/

/** Reads JSON text: at most 200 levels, every text and key clean. */
export function readJson(text: string): Reading<Json> {
  let value: Json
  try {
    value = JSON.parse(text) as Json
  } catch (error) {
    return fault(
      'not_json',
      `The body is not JSON: ${tidyText(String((error as Error).message)).slice(0, 300)}`,
    )
  }
  if (deeperThan(value, maxDepth))
    return fault('too_deep', `The body is nested more than ${maxDepth} levels deep.`)
  return { kind: 'read', value: suspicious.test(text) ? clean(value) : value }
}

/** Reads JSON text that must hold an object. */
export function readObject(text: string): Reading<JsonObject> {
  const reading = readJson(text)
  if (reading.kind === 'fault') return reading
  if (isObject(reading.value)) return { kind: 'read', value: reading.value }
  return fault('not_object', 'The body is JSON, but not an object.')
}

/** An object, or text that holds one as JSON (as sensors with templates send them); else null. */
export function objectIn(value: Json | undefined): JsonObject | null {
  if (isObject(value)) return value
  if (typeof value !== 'string' || !value.trimStart().startsWith('{')) return null
  const reading = readObject(value)
  return reading.kind === 'read' ? reading.value : null
}

/** An array, or text that holds one as JSON; else empty. */
export function listIn(value: Json | undefined): readonly Json[] {
  if (Array.isArray(value)) return value
  if (typeof value !== 'string' || !value.trimStart().startsWith('[')) return []
  const reading = readJson(value)
  return reading.kind === 'read' && Array.isArray(reading.value) ? reading.value : []
}

/**
 * The texts of the elements of a JSON array, exactly as they were sent, so that each can be read,
 * refused and kept by itself. The text must be valid JSON holding an array.
 */
export function elementTexts(text: string): readonly string[] {
  const found: string[] = []
  let depth = 0
  let inString = false
  let start = 0
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (inString) {
      if (char === '\\') at++
      else if (char === '"') inString = false
    } else if (char === '"') inString = true
    else if (char === '[' || char === '{') {
      if (depth++ === 0) start = at + 1
    } else if ((char === ',' && depth === 1) || ((char === ']' || char === '}') && --depth === 0)) {
      const element = text.slice(start, at).trim()
      if (element !== '') found.push(element)
      start = at + 1
    }
  }
  return found
}
