import { Problem } from '../../lib/problem.ts'

/** A position in the list of runs, newest first: after the run with this creation time and id. */
export interface RunCursor {
  /** Creation time in microseconds since 1970 UTC; exact until the year 2255. */
  readonly micros: number
  readonly id: string
}

/** Clients must treat the text as opaque: its format may change. */
export const formatCursor = ({ micros, id }: RunCursor): string =>
  Buffer.from(`${micros}.${id}`).toString('base64url')

/** Throws `bad_request` for a text that `formatCursor` did not write. */
export function parseCursor(cursor: string): RunCursor {
  const [, micros, id] =
    /^(\d{1,16})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(
      Buffer.from(cursor, 'base64url').toString(),
    ) ?? []
  if (micros === undefined || id === undefined) {
    throw new Problem('bad_request', 'The cursor is invalid; start again without it.')
  }
  return { micros: Number(micros), id }
}
