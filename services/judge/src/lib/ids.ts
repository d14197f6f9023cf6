import { createHash } from 'node:crypto'
import { v7 } from 'uuid'

/** A new key: a version 7 UUID, so that keys sort by the time they were made. */
export const newId = (): string => v7()

/** SHA-256 of a text or bytes, in lower-case hex. */
export const sha256 = (of: string | Uint8Array): string =>
  createHash('sha256').update(of).digest('hex')

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, inner]) => [key, sorted(inner)]),
  )
}

/** The digest of a JSON value, the same whatever the order of its keys. */
export const digestOf = (value: unknown): string =>
  sha256(JSON.stringify(sorted(value)) ?? 'undefined')
