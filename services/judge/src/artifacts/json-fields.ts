import { parseJson } from '../lib/json.ts'

/**
 * The fields of a JSON object; a map, because names such as `__proto__` are data like any other.
 */
export type JsonFields = ReadonlyMap<string, unknown>

/** The fields of a text that is one JSON object, all texts sanitized; null for any other text. */
export function parseJsonFields(text: string): JsonFields | null {
  try {
    return toJsonFields(parseJson(text))
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
