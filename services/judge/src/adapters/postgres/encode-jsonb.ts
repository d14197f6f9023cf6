import { parseJson, suspiciousEscape } from '../../lib/json.ts'

/**
 * A value as the text of a jsonb parameter. PostgreSQL refuses `\u0000` and lone surrogates, with
 * which one text of others would block every later write of its run: they become U+FFFD.
 */
export function encodeJsonb(value: NonNullable<unknown> | null): string {
  const text = JSON.stringify(value)
  return suspiciousEscape.test(text) ? JSON.stringify(parseJson(text)) : text
}
