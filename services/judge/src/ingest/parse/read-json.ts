import { getErrorMessage } from '../../lib/failure.ts'
import { isObject, type Json, type JsonObject, parseJson } from '../../lib/json.ts'
import { clip } from '../../lib/text.ts'

/** Why a message is malformed. */
export interface ParseFault {
  readonly code:
    | 'not_utf8'
    | 'not_json'
    | 'too_deep'
    | 'not_object'
    | 'empty_batch'
    | 'too_many'
    | 'cloudevent_without_id'
    | 'cloudevent_without_data'
  readonly message: string
}
export type JsonResult<T> =
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'fault'; readonly fault: ParseFault }

export const createParseFault = (
  code: ParseFault['code'],
  message: string,
): { readonly kind: 'fault'; readonly fault: ParseFault } => ({
  kind: 'fault',
  fault: { code, message },
})

/** No real message is nested deeper, and later steps walk values by recursion. */
export const MAX_DEPTH = 200
const MAX_ERROR_CHARS = 300

/** Decodes strict UTF-8, without a byte order mark; null if the bytes are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

const [QUOTE, BACKSLASH, OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [
  ...Buffer.from('"\\[]{}'),
]

/**
 * Whether brackets outside of strings are nested deeper. It is asked before the text is parsed: a
 * megabyte of open brackets would become a tree of a hundred.
 */
export function isDeeperThan(text: string, levels: number): boolean {
  let depth = 0
  let isInString = false
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (isInString) {
      if (code === BACKSLASH) at += 1
      else if (code === QUOTE) isInString = false
    } else if (code === QUOTE) isInString = true
    else if (code === OPEN_ARRAY || code === OPEN_OBJECT) {
      depth += 1
      if (depth > levels) return true
    } else if (code === CLOSE_ARRAY || code === CLOSE_OBJECT) depth -= 1
  }
  return false
}

const tooDeep = createParseFault(
  'too_deep',
  `The body is nested more than ${MAX_DEPTH} levels deep.`,
)

/** Parses JSON of at most `MAX_DEPTH` levels; texts and keys are sanitized. */
export function readJson(text: string): JsonResult<Json> {
  if (isDeeperThan(text, MAX_DEPTH)) return tooDeep
  try {
    return { kind: 'read', value: parseJson(text) }
  } catch (error) {
    const reason = clip(getErrorMessage(error), MAX_ERROR_CHARS)
    return createParseFault('not_json', `The body is not JSON: ${reason}`)
  }
}

/** Parses JSON that must be an object. */
export function readObject(text: string): JsonResult<JsonObject> {
  const result = readJson(text)
  if (result.kind === 'fault') return result
  if (isObject(result.value)) return { kind: 'read', value: result.value }
  return createParseFault('not_object', 'The body is JSON, but not an object.')
}

/** An object, or a text that holds one as JSON (as sensors with templates send it); else null. */
export function coerceObject(value: Json | undefined): JsonObject | null {
  if (isObject(value)) return value
  if (typeof value !== 'string' || !value.trimStart().startsWith('{')) return null
  const result = readObject(value)
  return result.kind === 'read' ? result.value : null
}

/** An array, or a text that holds one as JSON; else an empty array. */
export function coerceList(value: Json | undefined): readonly Json[] {
  if (Array.isArray(value)) return value
  if (typeof value !== 'string' || !value.trimStart().startsWith('[')) return []
  const result = readJson(value)
  return result.kind === 'read' && Array.isArray(result.value) ? result.value : []
}

/**
 * The texts of the elements of a JSON array exactly as they were sent, so that each can be parsed,
 * refused and stored separately. The text must be a valid JSON array.
 */
export function splitArrayText(text: string): readonly string[] {
  const elements: string[] = []
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
      if (element !== '') elements.push(element)
      start = at + 1
    }
  }
  return elements
}
