import { type Kysely, sql, type Transaction } from 'kysely'
import { encodeJsonb } from './encode-jsonb.ts'
import type { DB } from './types.generated.ts'

/** Keeps the locks of shared escalations apart from all others that are hashed. */
const ESCALATION_LOCK_SEED = 2_106_006

/**
 * Takes the lock of a shared escalation until the transaction ends. It comes after the locks of
 * issues and the rows of runs; what it protects is read in later statements.
 */
export async function lockEscalations(trx: Transaction<DB>, groupKey: string): Promise<void> {
  await sql`
    select pg_advisory_xact_lock(hashtextextended(${groupKey}, ${ESCALATION_LOCK_SEED}))`.execute(
    trx,
  )
}

/**
 * Takes a run out of the escalations that it waits for, because it goes on or has ended. An
 * escalation without any other run is closed. `answer` says who moved the run and why; null leaves
 * the column empty. Returns the ids of the escalations that were closed.
 */
export async function leaveEscalations(
  trx: Transaction<DB>,
  runId: string,
  answer: { readonly by: string; readonly because: string } | null,
): Promise<readonly string[]> {
  const held = await selectHeldEscalations(trx, runId)
    .select(['escalations.id', 'escalations.group_key'])
    .orderBy('escalations.group_key')
    .execute()
  const closed: string[] = []
  for (const { id, group_key } of held) {
    if (group_key !== null) await lockEscalations(trx, group_key)
    const successor = group_key === null ? null : await findOtherRun(trx, id, runId)
    const update = trx.updateTable('escalations').where('id', '=', id).where('state', '=', 'open')
    if (successor === null) {
      const updated = await update
        .set({
          state: 'closed',
          answered_at: sql`now()`,
          ...(answer === null ? {} : { answer: encodeJsonb(answer) }),
          ...(group_key === null
            ? {}
            : { resolution: 'left', probe_at: null, due_at: sql<Date>`now()` }),
        })
        .executeTakeFirst()
      if (updated.numUpdatedRows > 0n) closed.push(id)
    } else {
      await handMessagesOn(trx, id, { from: runId, to: successor })
      await update
        .set({
          run_id: sql`case when run_id = ${runId} then ${successor}::uuid else run_id end`,
          probe_run_id: sql`nullif(probe_run_id, ${runId}::uuid)`,
          // Whether the next one goes on, too, need not wait a minute.
          probe_at: sql`case when cause->>'kind' = 'base' then least(probe_at, now())
                             else probe_at end`,
          due_at: sql<Date>`now()`,
        })
        .execute()
    }
    await trx
      .updateTable('escalation_runs')
      .set({ left_at: sql<Date>`now()` })
      .where('escalation_id', '=', id)
      .where('run_id', '=', runId)
      .where('left_at', 'is', null)
      .execute()
  }
  return closed
}

/**
 * The escalations that a run waits for, or whose end it has not followed yet. An older release
 * stores no row of `escalation_runs`.
 */
export const selectHeldEscalations = (db: Kysely<DB>, runId: string) =>
  db
    .selectFrom('escalations')
    .where((eb) =>
      eb.or([eb('escalations.state', '=', 'open'), eb('escalations.resolution', 'is not', null)]),
    )
    .where(
      sql<boolean>`escalations.id in (
        select escalation_id from escalation_runs where run_id = ${runId} and left_at is null
         union all
        select id from escalations where run_id = ${runId} and state = 'open')`,
    )

async function findOtherRun(
  trx: Transaction<DB>,
  escalationId: string,
  runId: string,
): Promise<string | null> {
  const other = await trx
    .selectFrom('escalation_runs')
    .select('run_id')
    .where('escalation_id', '=', escalationId)
    .where('run_id', '!=', runId)
    .where('left_at', 'is', null)
    .orderBy('joined_at')
    .orderBy('run_id')
    .executeTakeFirst()
  return other?.run_id ?? null
}

/**
 * Gives the messages of the escalation that were not sent yet to another of its runs, so that they
 * are not withdrawn with the run that planned them.
 */
async function handMessagesOn(
  trx: Transaction<DB>,
  escalationId: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  await sql`
    update effects set run_id = ${to}
      from escalations
     where escalations.id = ${escalationId} and effects.run_id = ${from}
       and effects.kind = 'discord' and effects.settled_at is null
       and (effects.key = escalations.message_key
            or effects.payload->>'edits' = escalations.message_key)`.execute(trx)
}
