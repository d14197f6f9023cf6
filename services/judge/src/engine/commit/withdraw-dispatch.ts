import { sql, type Transaction } from 'kysely'
import { isLeaseFree } from '../../adapters/postgres/lease-free.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { withdrawOrdinals } from '../../correlate/supersede.ts'
import type { EndStep } from '../../decide/step.ts'
import type { CommitInput } from './commit-input.ts'

/** A dispatch of the run is being tried, so it is not known whether it was accepted. */
export class DispatchUnderWayError extends Error {}

/**
 * Withdraws the next attempt of a run whose work is no longer wanted; its number stays used. Rejects
 * with `DispatchUnderWayError` if a try has begun since the run was loaded: what it finds out comes
 * first.
 */
export async function withdrawDispatch(
  trx: Transaction<DB>,
  { loaded: { run } }: CommitInput,
  { because }: EndStep,
): Promise<void> {
  const withdrawn = await trx
    .updateTable('effects')
    .set({ state: 'replaced', because, settled_at: sql<Date>`now()`, next_try_at: null })
    .where('run_id', '=', run.id)
    .where('kind', '=', 'dispatch')
    .where('settled_at', 'is', null)
    .where(isLeaseFree('trying_until'))
    .returning('key')
    .execute()
  await withdrawOrdinals(
    trx,
    withdrawn.map(({ key }) => key),
  )
  const open = await trx
    .selectFrom('effects')
    .select('id')
    .where('run_id', '=', run.id)
    .where('kind', '=', 'dispatch')
    .where('settled_at', 'is', null)
    .executeTakeFirst()
  if (open !== undefined) throw new DispatchUnderWayError(`run ${run.id} is dispatching`)
}
