import { createHash } from 'node:crypto'
import { v7 } from 'uuid'
import { compareText } from './text.ts'

/** Creates a version 7 UUID, so that ids sort by the time of their creation. */
export const newId = (): string => v7()

/** SHA-256 of a text or bytes, in lower-case hex. */
export const sha256 = (data: string | Uint8Array): string =>
  createHash('sha256').update(data).digest('hex')

const sortKeys = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => compareText(a, b))
      .map(([key, inner]) => [key, sortKeys(inner)]),
  )
}

/** SHA-256 of a JSON value, independent of the order of its keys. */
export const hashJson = (value: unknown): string =>
  sha256(JSON.stringify(sortKeys(value)) ?? 'undefined')
