import { Problem } from '../../lib/problem.ts'

/**
 * A place in a list that runs from new to old: behind the run made at this microsecond with this
 * id.
 */
export interface Place {
  /** Microseconds since 1970 UTC, as Postgres has them; a number is exact until the year 2255. */
  readonly micros: number
  readonly id: string
}

/** Opaque to whoever holds it: how we write it may change. */
export const cursorAt = ({ micros, id }: Place): string =>
  Buffer.from(`${micros}.${id}`).toString('base64url')

/** Throws `bad_request` for what we did not write. */
export function placeIn(cursor: string): Place {
  const [, micros, id] =
    /^(\d{1,16})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(
      Buffer.from(cursor, 'base64url').toString(),
    ) ?? []
  if (micros === undefined || id === undefined) {
    throw new Problem('bad_request', 'The cursor is none of ours; begin again without it.')
  }
  return { micros: Number(micros), id }
}
