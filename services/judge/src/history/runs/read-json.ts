import type { Json } from '../../adapters/postgres/types.generated.ts'
import { toInstantOrNull, toIsoOrNull } from '../../lib/instant.ts'

/*
 * Reads parts of jsonb columns. Older releases wrote some of them without today's parts; a missing
 * part, or one of another kind, becomes null.
 */

export const readPart = (json: Json | null | undefined, name: string): Json | null =>
  typeof json === 'object' && json !== null && !Array.isArray(json) ? (json[name] ?? null) : null
export const toItems = (json: Json | null | undefined): readonly Json[] =>
  Array.isArray(json) ? json : []
export const toText = (json: Json | null): string | null => (typeof json === 'string' ? json : null)
export const toNumber = (json: Json | null): number | null =>
  typeof json === 'number' ? json : null
export const toTime = (json: Json | null): string | null =>
  typeof json === 'number' || typeof json === 'string' ? toIsoOrNull(toInstantOrNull(json)) : null
