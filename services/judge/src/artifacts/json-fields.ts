import { parseJson } from '../lib/json.ts'

/**
 * The fields of a JSON object; a map, because names such as `__proto__` are data like any other.
 */
export type JsonFields = ReadonlyMap<string, unknown>

/** Deeper JSON is no event of an agent, and whatever walks it would run out of stack. */
const MAX_DEPTH = 200

/**
 * The fields of a text that is one JSON object of at most 200 levels, all texts sanitized; null for
 * any other text.
 */
export function parseJsonFields(text: string): JsonFields | null {
  // Many short lines of anything else would each cost an error with its stack.
  if (!looksLikeObject(text)) return null
  try {
    return isDeeperThan(text, MAX_DEPTH) ? null : toJsonFields(parseJson(text))
  } catch {
    return null
  }
}

export const toJsonFields = (value: unknown): JsonFields | null =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? new Map(Object.entries(value))
    : null

export const readString = (value: unknown): string | null =>
  typeof value === 'string' ? value : null

const looksLikeObject = (text: string): boolean => {
  const trimmed = text.trim()
  return trimmed.startsWith('{') && trimmed.endsWith('}')
}

/** Found before parsing, because a megabyte of brackets becomes many megabytes of lists. */
function isDeeperThan(text: string, max: number): boolean {
  let depth = 0
  let inString = false
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]
    if (inString) {
      if (char === '\\') at += 1
      else if (char === '"') inString = false
    } else if (char === '"') inString = true
    else if (char === '[' || char === '{') depth += 1
    else if (char === ']' || char === '}') depth -= 1
    if (depth > max) return true
  }
  return false
}
