import { randomBytes } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import { readErrorCode } from '../../lib/error-code.ts'
import { getErrorMessage } from '../../lib/failure.ts'
import { newId } from '../../lib/ids.ts'
import type { Millis } from '../../lib/instant.ts'
import { isDatabaseUnavailable } from './transact.ts'
import type { DB } from './types.generated.ts'

/**
 * Why PostgreSQL stores nothing although it answers (its disk is full, or it only reads); null: it
 * stores. Rejects if it does not answer.
 */
export type FindWriteFault = () => Promise<string | null>

/** Anyone may ask whether the service is ready; the database is written to at most this often. */
const CHECK_EVERY_MS: Millis = 3_000
/** More than fits on the page of a row, so that the table has to find room for it. */
const PROBE_BYTES = 8_192

/**
 * Finds out by storing what a message stores, in a transaction that is rolled back. Reading alone
 * tells nothing: a full disk still reads.
 */
export function createWriteProbe(
  db: Kysely<DB>,
  clock: () => Millis = () => performance.now(),
): FindWriteFault {
  let last: { readonly at: Millis; readonly found: Promise<string | null> } | null = null
  return () => {
    const at = clock()
    if (last === null || at - last.at >= CHECK_EVERY_MS) last = { at, found: tryToWrite(db) }
    return last.found
  }
}

async function tryToWrite(db: Kysely<DB>): Promise<string | null> {
  try {
    const trx = await db.startTransaction().execute()
    await sql`
      insert into inbox (id, source, transport, state, because, body)
      values (${newId()}, 'sweep', 'internal', 'ignored', 'a probe', ${randomBytes(PROBE_BYTES)})`
      .execute(trx)
      .finally(() => trx.rollback().execute())
    return null
  } catch (error) {
    if (isDatabaseUnavailable(error) && !isWriteRefused(error)) throw error
    return getErrorMessage(error)
  }
}

/** A full or failing disk, a server that only reads, and a table that someone has locked. */
const isWriteRefused = (error: unknown): boolean =>
  /^(53100|53400|25006|58030|55P03|57014)$/.test(readErrorCode(error))
