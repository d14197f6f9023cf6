import { sql, type Transaction } from 'kysely'
import { encodeJsonb } from '../../adapters/postgres/encode-jsonb.ts'
import { leaveEscalations } from '../../adapters/postgres/leave-escalations.ts'
import type { RunRow } from '../../adapters/postgres/rows.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { withdrawEffects } from '../../correlate/supersede.ts'
import type { PersonAction } from '../../decide/decide-person-action.ts'
import { newId } from '../../lib/ids.ts'
import type { LoadedRun } from '../observe/load-run.ts'
import type { DispatchTakeOver } from './plan-action.ts'

/** Stores a person's action in the inbox, like every other message. Returns its id. */
export async function insertAction(
  trx: Transaction<DB>,
  runId: string,
  message: { readonly action: PersonAction; readonly actor: string },
): Promise<string> {
  const id = newId()
  await trx
    .insertInto('inbox')
    .values({
      id,
      source: 'person',
      transport: 'http',
      state: 'applied',
      because: `${message.action.kind} by ${message.actor}`,
      body: Buffer.from(JSON.stringify(message)),
      run_id: runId,
    })
    .execute()
  return id
}

/** Adds to what the run's issue may use: attempts, and money in USD. */
export async function grantMore(
  trx: Transaction<DB>,
  row: RunRow,
  { attempts, usd }: { readonly attempts: number; readonly usd: number },
): Promise<void> {
  if ((attempts === 0 && usd === 0) || row.repository_key === null || row.issue_number === null)
    return
  await trx
    .updateTable('issues')
    .set({
      granted_attempts: sql`granted_attempts + ${attempts}`,
      granted_usd: sql`granted_usd + ${usd}::numeric`,
    })
    .where('repository_key', '=', row.repository_key)
    .where('issue_number', '=', row.issue_number)
    .execute()
}

/** Gives a waiting dispatch another prompt, and makes it due now. */
export async function takeOverDispatch(
  trx: Transaction<DB>,
  { effectId, prompt, asked }: DispatchTakeOver,
): Promise<void> {
  await trx
    .updateTable('effects')
    .set({
      payload: sql`jsonb_set(payload, '{task,prompt}', ${encodeJsonb(prompt)}::jsonb)
        || ${encodeJsonb({ asked })}::jsonb`,
      next_try_at: sql`now()`,
      because: 'taken over by a person',
    })
    .where('id', '=', effectId)
    .execute()
}

export async function storeNextPrompt(
  trx: Transaction<DB>,
  runId: string,
  prompt: string,
): Promise<void> {
  await trx.updateTable('runs').set({ next_prompt: prompt }).where('id', '=', runId).execute()
}

/**
 * Withdraws the effects that the earlier decision planned and that have not begun. The attempt
 * numbers that they announced stay used.
 */
export async function withdrawPlannedEffects(
  trx: Transaction<DB>,
  { run, effects }: LoadedRun,
  actor: string,
): Promise<void> {
  await withdrawEffects(trx, run.id, `${actor} decided otherwise`)
  const announced = effects.flatMap(({ effect, state }) =>
    effect.kind === 'dispatch' && state === 'pending' ? [effect.task.deliveryId] : [],
  )
  if (announced.length > 0)
    await trx
      .updateTable('ordinals')
      .set({ withdrawn_at: sql`now()` })
      .where('delivery_id', 'in', announced)
      .execute()
}

/** What models answered about the issue is asked again, and not taken from what is stored. */
export async function withdrawAnswers(trx: Transaction<DB>, row: RunRow): Promise<void> {
  if (row.repository_key === null || row.issue_number === null) return
  await trx
    .updateTable('verdicts')
    .set({ reusable: false })
    .where('reusable', '=', true)
    .where('run_id', 'in', (eb) =>
      eb
        .selectFrom('runs')
        .select('id')
        .where('repository_key', '=', row.repository_key)
        .where('issue_number', '=', row.issue_number),
    )
    .execute()
}

/**
 * Prepares a run to be judged from the beginning: its verdicts no longer count, its artifacts are
 * read again, its question is closed, and every wait starts now.
 */
export async function restartRun(trx: Transaction<DB>, runId: string): Promise<void> {
  await trx
    .updateTable('verdicts')
    .set({ discounted_at: sql`now()` })
    .where('run_id', '=', runId)
    .where('discounted_at', 'is', null)
    .execute()
  await trx
    .updateTable('effects')
    .set({ state: 'replaced' })
    .where('run_id', '=', runId)
    .where('kind', '=', 'ask')
    .where('state', '=', 'failed')
    .execute()
  await trx
    .updateTable('runs')
    .set({
      completed_at: sql`case when completed_at is not null then now() end`,
      evidence: null,
      ci_awaited_at: null,
      unreadable_since: '{}',
      nudges: sql`nudges + 1`,
      due_at: sql`now()`,
    })
    .where('id', '=', runId)
    .execute()
  await leaveEscalations(trx, runId, null)
}
