import { Failure } from '../../../lib/failure.ts'

/**
 * A text of an answer: what is not told is empty. Throws `Failure` for what is no text at all, so
 * that it fails the reading (which is repeated, and has its patience) and not everything that is
 * later made from it.
 */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value !== 'string')
    throw new Failure(
      'unavailable',
      `GitHub: the answer is not understood: not a text but ${typeof value}`,
    )
  return value
}

/** A text that decides something: throws where it is empty or not told. */
export function nameOf(value: unknown): string {
  const name = textOf(value)
  if (name === '')
    throw new Failure('unavailable', 'GitHub: the answer is not understood: a name is missing')
  return name
}
