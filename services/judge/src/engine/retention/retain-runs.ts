import { type Kysely, type RawBuilder, sql } from 'kysely'
import { transact } from '../../adapters/postgres/transact.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { Millis } from '../../lib/instant.ts'
import { settledSince } from './terminal-since.ts'

/**
 * A run goes with its whole issue or not at all: attempts, money and lack of progress are counted
 * over the runs of an issue, and one that is taken out of the middle would give the next attempt
 * another history.
 */
const oldRuns = (older: Millis): RawBuilder<unknown> => sql`
  from runs r where ${settledSince(older)} and not exists (
    select from runs s where s.repository_key = r.repository_key and s.issue_number = r.issue_number
       and not ${settledSince(older, 's')})`

/** How many runs are old enough to go. */
export async function removableRuns(db: Kysely<DB>, older: Millis): Promise<number> {
  const { rows } = await sql<{
    runs: number
  }>`select count(*)::int as runs ${oldRuns(older)}`.execute(db)
  return rows[0]?.runs ?? 0
}

/**
 * Removes at most `most` runs with all that is theirs, and tells how many. Attempt numbers stay
 * given out; memories stay, without a run.
 */
export async function removeRuns(db: Kysely<DB>, older: Millis, most: number): Promise<number> {
  return await transact(db, async (trx) => {
    const { rows } = await sql<{ id: string }>`
      select r.id ${oldRuns(older)} order by r.id limit ${most} for update of r skip locked`.execute(
      trx,
    )
    const ids = rows.map(({ id }) => id)
    if (ids.length === 0) return 0
    await sql`update ordinals set run_id = null where run_id = any(${ids}::uuid[])`.execute(trx)
    await sql`update memories set run_id = null where run_id = any(${ids}::uuid[])`.execute(trx)
    await sql`update runs set parent_run_id = null where parent_run_id = any(${ids}::uuid[])`.execute(
      trx,
    )
    await sql`
      delete from effect_tries where effect_id in (select id from effects where run_id = any(${ids}::uuid[]))`.execute(
      trx,
    )
    for (const table of ofRuns)
      await sql`delete from ${sql.table(table)} where run_id = any(${ids}::uuid[])`.execute(trx)
    await sql`delete from runs where id = any(${ids}::uuid[])`.execute(trx)
    return ids.length
  })
}

/** Verdicts point to effects, so they go first. */
const ofRuns = [
  'verdicts',
  'facts',
  'gate_results',
  'decisions',
  'effects',
  'spend',
  'escalations',
  'artifacts',
  'run_events',
]
