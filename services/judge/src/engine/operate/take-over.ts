import { sql, type Transaction } from 'kysely'
import type { RunRow } from '../../adapters/postgres/rows.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { withdrawEffects } from '../../correlate/lineage.ts'
import type { ActStep } from '../../decide/act.ts'
import { openStatuses, type Status } from '../../run/lifecycle.ts'
import type { Loaded } from '../observe/load.ts'

/* What a person's act finds of the issue's attempts, and does to them, under the lock of the issue. */

/**
 * A dispatch of the issue that is in somebody's hands: whether it was accepted is not known at this
 * moment.
 */
export async function dispatching(trx: Transaction<DB>, row: RunRow): Promise<boolean> {
  const busy = await dispatchesOf(trx, row)
    .select('effects.id')
    .where('effects.trying_until', '>', sql<Date>`now()`)
    .executeTakeFirst()
  return busy !== undefined
}

const dispatchesOf = (trx: Transaction<DB>, row: RunRow) =>
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

/** Another run of the issue that is open; null: none. */
export async function openSibling(trx: Transaction<DB>, row: RunRow): Promise<string | null> {
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

/**
 * A dispatch that waits for its time is taken over by the person who wants the attempt: the same
 * number, their prompt, at once. Returns the effect to ring for, or null where there was none to
 * take over.
 */
export async function takeOver(
  trx: Transaction<DB>,
  row: RunRow,
  decided: ActStep,
): Promise<string | null> {
  const wished = decided.step.wishes.find(({ effect }) => effect.kind === 'dispatch')?.effect
  if (wished?.kind !== 'dispatch') return null
  const waiting = await dispatchesOf(trx, row)
    .select('effects.id')
    .orderBy('effects.created_at', 'desc')
    .executeTakeFirst()
  if (!waiting) {
    await trx
      .updateTable('runs')
      .set({ next_prompt: wished.task.prompt })
      .where('id', '=', row.id)
      .execute()
    return null
  }
  await trx
    .updateTable('effects')
    .set({
      payload: sql`jsonb_set(payload, '{task,prompt}', ${JSON.stringify(wished.task.prompt)}::jsonb)`,
      next_try_at: sql`now()`,
      because: 'taken over by a person',
    })
    .where('id', '=', waiting.id)
    .execute()
  await trx
    .updateTable('runs')
    .set({ next_prompt: wished.task.prompt })
    .where('id', '=', row.id)
    .execute()
  return waiting.id
}

/**
 * What was wished under the old decision and not begun is withdrawn; the numbers it announced stay
 * used.
 */
export async function withdraw(
  trx: Transaction<DB>,
  { run, effects }: Loaded,
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
