import { Failure } from '../../../lib/failure.ts'

/**
 * A text of an answer; empty if it is missing. Throws `Failure` for any other type, so that the
 * reading fails, which is retried, and not what is computed from it later.
 */
export function readText(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value !== 'string')
    throw new Failure(
      'unavailable',
      `GitHub: the answer has an unexpected shape: ${typeof value} instead of a text`,
    )
  return value
}

/** A text that must not be empty. Throws `Failure` if it is empty or missing. */
export function readName(value: unknown): string {
  const name = readText(value)
  if (name === '')
    throw new Failure(
      'unavailable',
      'GitHub: the answer has an unexpected shape: a name is missing',
    )
  return name
}
