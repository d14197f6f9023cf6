import { sql, type Transaction } from 'kysely'
import { readSharedEscalation, type SharedRunRow } from '../../adapters/postgres/escalation-rows.ts'
import { lockEscalations } from '../../adapters/postgres/leave-escalations.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { SharedEscalation } from '../../decide/shared-escalation.ts'
import { type Instant, toInstant } from '../../lib/instant.ts'
import { MAX_LISTED_RUNS } from '../../text/shared-subject.ts'

export interface LoadedEscalation {
  readonly escalation: SharedEscalation
  readonly now: Instant
  /** The run that the effects belong to. */
  readonly firstRunId: string
}

/**
 * Takes the lock of a shared escalation and loads it, or returns null if it is not due any more.
 * Runs that an older release moved on without it are taken out first.
 */
export async function loadEscalation(
  trx: Transaction<DB>,
  id: string,
  getRunUrl: (runId: string) => string,
): Promise<LoadedEscalation | null> {
  const found = await trx
    .selectFrom('escalations')
    .select('group_key')
    .where('id', '=', id)
    .executeTakeFirst()
  if (found === undefined || found.group_key === null) return null
  await lockEscalations(trx, found.group_key)
  const row = await trx
    .selectFrom('escalations')
    .selectAll()
    .select([sql<Date>`now()`.as('now'), sql<number>`nextval('effect_seq')::int`.as('edition')])
    .where('id', '=', id)
    .where('due_at', '<=', sql<Date>`now()`)
    .executeTakeFirst()
  if (row === undefined) return null
  await removeMovedRuns(trx, id)
  const runs = await listRuns(trx, row)
  const escalation = readSharedEscalation(row, {
    runs: runs.map((run) => ({ ...run, runUrl: getRunUrl(run.id) })),
    runCount: await countWaitingRuns(trx, id),
    prober: row.probe_at === null ? null : await findProber(trx, id, row.probe_run_id),
    isProbing: row.probe_run_id !== null && (await isTrying(trx, row.probe_run_id)),
    message: await findMessage(trx, row.message_key),
  })
  return { escalation, now: toInstant(row.now), firstRunId: row.run_id }
}

const removeMovedRuns = (trx: Transaction<DB>, id: string) =>
  sql`
    update escalation_runs set left_at = now() from runs
     where escalation_id = ${id} and left_at is null
       and runs.id = run_id and runs.status <> 'needs_human'`.execute(trx)

/** The first runs that wait or, once it is resolved, that waited then. */
async function listRuns(
  trx: Transaction<DB>,
  { id, state }: { readonly id: string; readonly state: string },
): Promise<readonly SharedRunRow[]> {
  const { rows } = await sql<SharedRunRow>`
    select runs.id, runs.repository, runs.issue_number, runs.issue_url, runs.pr_number,
           runs.pr_url, runs.ci_status, runs.ci_url, runs.reason, runs.cause_reason,
           runs.reason_text,
           coalesce((select array_agg(name order by name) from artifacts
                      where artifacts.run_id = runs.id and artifacts.state = 'found'), '{}')
             as artifacts
      from escalation_runs
      join escalations on escalations.id = escalation_id
      join runs on runs.id = escalation_runs.run_id
     where escalation_id = ${id}
       and (left_at is null or ${state} <> 'open' and left_at >= escalations.answered_at)
     order by joined_at, runs.id limit ${MAX_LISTED_RUNS}`.execute(trx)
  return rows
}

async function countWaitingRuns(trx: Transaction<DB>, id: string): Promise<number> {
  const { count } = await trx
    .selectFrom('escalation_runs')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('escalation_id', '=', id)
    .where('left_at', 'is', null)
    .executeTakeFirstOrThrow()
  return count
}

/** The run that joined after the one that tried last, so that no run alone can block the others. */
async function findProber(
  trx: Transaction<DB>,
  id: string,
  last: string | null,
): Promise<string | null> {
  const { rows } = await sql<{ run_id: string }>`
    with waiting as (
      select run_id, joined_at from escalation_runs where escalation_id = ${id} and left_at is null
    ), last as (
      select joined_at, run_id from escalation_runs
       where escalation_id = ${id} and run_id = ${last}
    )
    select run_id from waiting
     order by coalesce((joined_at, run_id) <= (select joined_at, run_id from last), false),
              joined_at, run_id
     limit 1`.execute(trx)
  return rows[0]?.run_id ?? null
}

/** True while the run is being reconciled, or one of its requests is not answered. */
async function isTrying(trx: Transaction<DB>, runId: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from effects
     where run_id = ${runId} and kind in ('ask', 'dispatch') and trying_until > now()
     union all
    select 1 from runs where id = ${runId} and looking_until > now()
     limit 1`.execute(trx)
  return rows.length > 0
}

/** The message with the newest text that was planned for it. */
async function findMessage(
  trx: Transaction<DB>,
  key: string | null,
): Promise<SharedEscalation['message']> {
  if (key === null) return null
  const newest = await trx
    .selectFrom('effects')
    .select(['key', sql<string | null>`payload->>'text'`.as('text')])
    .where((eb) => eb.or([eb('key', '=', key), eb('object', '=', `edit:${key}`)]))
    .orderBy('sequence', 'desc')
    .executeTakeFirst()
  return newest === undefined ? null : { key, text: newest.text, wasEdited: newest.key !== key }
}
