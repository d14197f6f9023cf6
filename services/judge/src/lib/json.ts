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
