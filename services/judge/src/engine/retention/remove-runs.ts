import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely'
import { transact } from '../../adapters/postgres/transact.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { Millis } from '../../lib/instant.ts'
import { terminalSince } from './terminal-since.ts'

/**
 * A run is removed with its whole issue or not at all: attempts, money and lack of progress are
 * counted over the runs of an issue, so a missing run would give the next attempt another history.
 */
const selectRemovableRuns = (older: Millis): RawBuilder<unknown> => sql`
  from runs r where ${terminalSince(older)} and not exists (
    select from runs s where s.repository_key = r.repository_key and s.issue_number = r.issue_number
       and not ${terminalSince(older, 's')})`

/** How many runs are old enough to be removed. */
export async function countRemovableRuns(db: Kysely<DB>, older: Millis): Promise<number> {
  const { rows } = await sql<{
    runs: number
  }>`select count(*)::int as runs ${selectRemovableRuns(older)}`.execute(db)
  return rows[0]?.runs ?? 0
}

/**
 * Removes at most `most` runs with all their rows, and returns how many. Their attempt numbers stay
 * used, and their memories stay without a run.
 */
export async function removeRuns(db: Kysely<DB>, older: Millis, most: number): Promise<number> {
  return await transact(db, async (trx) => {
    const { rows } = await sql<{ id: string }>`
      select r.id ${selectRemovableRuns(older)}
       order by r.id limit ${most} for update of r skip locked`.execute(trx)
    const ids = rows.map(({ id }) => id)
    if (ids.length === 0) return 0
    await sql`update ordinals set run_id = null where run_id = any(${ids}::uuid[])`.execute(trx)
    await sql`update memories set run_id = null where run_id = any(${ids}::uuid[])`.execute(trx)
    await sql`
      update runs set parent_run_id = null where parent_run_id = any(${ids}::uuid[])`.execute(trx)
    await sql`
      delete from effect_tries
       where effect_id in (select id from effects where run_id = any(${ids}::uuid[]))`.execute(trx)
    await handEscalationsOn(trx, ids)
    for (const table of tablesOfRuns)
      await sql`delete from ${sql.table(table)} where run_id = any(${ids}::uuid[])`.execute(trx)
    await sql`delete from runs where id = any(${ids}::uuid[])`.execute(trx)
    return ids.length
  })
}

/** A shared escalation is removed with the last of its runs. */
async function handEscalationsOn(trx: Transaction<DB>, ids: readonly string[]): Promise<void> {
  await sql`delete from escalation_runs where run_id = any(${ids}::uuid[])`.execute(trx)
  await sql`
    update escalations set run_id = left_over.run_id
      from (select distinct on (escalation_id) escalation_id, run_id from escalation_runs
             where escalation_id in (select id from escalations where run_id = any(${ids}::uuid[]))
             order by escalation_id, joined_at) as left_over
     where escalations.id = left_over.escalation_id
       and escalations.run_id = any(${ids}::uuid[])`.execute(trx)
}

/** Verdicts refer to effects, so they are removed first. */
const tablesOfRuns = [
  'verdicts',
  'facts',
  'gate_results',
  'decision_parts',
  'decisions',
  'effects',
  'spend',
  'escalations',
  'artifacts',
  'waivers',
  'run_events',
  'audit',
  'verdict_labels',
]
