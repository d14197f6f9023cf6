import { type Kysely, sql } from 'kysely'
import type { RunRow } from '../../adapters/postgres/rows.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { openStatuses, type Status } from '../../run/lifecycle.ts'

/* What a person's action needs to know of the issue's attempts, read under the issue's lock. */

/**
 * True if a dispatch of the issue is being tried at this moment, so that it is not known whether it
 * was accepted.
 */
export async function isDispatching(trx: Kysely<DB>, row: RunRow): Promise<boolean> {
  const dispatch = await selectOpenDispatches(trx, row)
    .select('effects.id')
    .where('effects.trying_until', '>', sql<Date>`now()`)
    .executeTakeFirst()
  return dispatch !== undefined
}

/** The newest dispatch of the issue that waits for its time; null: there is none. */
export async function findWaitingDispatch(trx: Kysely<DB>, row: RunRow): Promise<string | null> {
  const dispatch = await selectOpenDispatches(trx, row)
    .select('effects.id')
    .orderBy('effects.created_at', 'desc')
    .executeTakeFirst()
  return dispatch?.id ?? null
}

const selectOpenDispatches = (trx: Kysely<DB>, row: RunRow) =>
  trx
    .selectFrom('effects')
    .innerJoin('runs', 'runs.id', 'effects.run_id')
    .where('effects.kind', '=', 'dispatch')
    .where('effects.settled_at', 'is', null)
    .where(({ or, and, eb }) =>
      or([
        eb('runs.id', '=', row.id),
        ...(row.repository_key === null || row.issue_number === null
          ? []
          : [
              and([
                eb('runs.repository_key', '=', row.repository_key),
                eb('runs.issue_number', '=', row.issue_number),
              ]),
            ]),
      ]),
    )

/** Another open run of the issue; null: there is none. */
export async function findOpenSibling(trx: Kysely<DB>, row: RunRow): Promise<string | null> {
  if (row.repository_key === null || row.issue_number === null) return null
  const sibling = await trx
    .selectFrom('runs')
    .select('id')
    .where('repository_key', '=', row.repository_key)
    .where('issue_number', '=', row.issue_number)
    .where('id', '!=', row.id)
    .where('status', 'in', openStatuses satisfies readonly Status[])
    .executeTakeFirst()
  return sibling?.id ?? null
}
