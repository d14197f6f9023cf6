import { sql, type Transaction } from 'kysely'
import { type EffectRow, readEffect } from '../adapters/postgres/effect-rows.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import type { EffectKind } from '../decide/effect.ts'

/** The kinds of effects whose answer a run waits for. */
const awaitedKinds: ReadonlySet<EffectKind> = new Set([
  'ask',
  'dispatch',
  'requestReview',
  'rerunChecks',
])

export const isAwaited = (kind: EffectKind): boolean => awaitedKinds.has(kind)

/**
 * Nudges the run that waits for this effect: it is due again, and a step that was decided without
 * the answer cannot be committed.
 */
export async function nudgeRun(trx: Transaction<DB>, row: EffectRow): Promise<void> {
  if (!isAwaited(readEffect(row).kind)) return
  await trx
    .updateTable('runs')
    .set({ nudges: sql`nudges + 1`, due_at: sql`now()` })
    .where('id', '=', row.run_id)
    .execute()
}
