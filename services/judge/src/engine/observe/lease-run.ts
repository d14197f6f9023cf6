import { type Kysely, sql } from 'kysely'
import { isLeaseFree } from '../../adapters/postgres/lease-free.ts'
import type { RunRow } from '../../adapters/postgres/rows.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { type Instant, toInstant } from '../../lib/instant.ts'

export interface LeasedRun {
  /** The run as it was before the lease: its `due_at` says since when it has been due. */
  readonly row: RunRow
  readonly now: Instant
}

/**
 * Takes the run's lease and reads its row, or returns null: the run is not due, or another worker
 * holds its lease. The lease only saves work; two reconciliations of one run are harmless because
 * the commit compares the run's version.
 *
 * Race: while it is leased, the run is due when the lease expires. A signal that is recorded in the
 * meantime moves `due_at` to its own time, even one that no wait names and the nudge counter does
 * not count. So the commit recognises that another reconciliation was requested.
 */
export async function leaseRun(
  db: Kysely<DB>,
  runId: string,
  seconds: number,
): Promise<LeasedRun | null> {
  const row = await db
    .updateTable('runs')
    .from((eb) =>
      eb
        .selectFrom('runs as was')
        .select(['was.id', 'was.due_at as due'])
        .where('was.id', '=', runId)
        .forUpdate()
        .as('was'),
    )
    .set({
      looking_until: sql`now() + make_interval(secs => ${seconds})`,
      due_at: sql`now() + make_interval(secs => ${seconds})`,
    })
    .whereRef('runs.id', '=', 'was.id')
    .where('runs.due_at', '<=', sql<Date>`now()`)
    .where(isLeaseFree('runs.looking_until'))
    .returningAll('runs')
    .returning(['was.due', sql<Date>`now()`.as('now')])
    .executeTakeFirst()
  if (!row) return null
  const { now, due, ...rest } = row
  return { row: { ...rest, due_at: due }, now: toInstant(now) }
}
