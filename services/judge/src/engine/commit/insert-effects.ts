import { sql, type Transaction } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { Effect } from '../../decide/effect.ts'
import type { PlannedEffect } from '../../decide/step.ts'
import { newId } from '../../lib/ids.ts'
import { toIso } from '../../lib/instant.ts'
import type { CommitInput } from './commit-input.ts'
import { storeTexts } from './store-texts.ts'

/**
 * Inserts the planned effects. A key is unique over all runs, so planning the same effect twice
 * gives one row, which belongs to the run that planned it first. An effect that its run withdrew
 * before anything was sent goes to the next run that plans it. Returns the ids of the effects that
 * may start at once.
 */
export async function insertEffects(
  trx: Transaction<DB>,
  { loaded, step }: CommitInput,
): Promise<readonly string[]> {
  if (step.kind === 'wait') await storeTexts(trx, step.blobs)
  // One statement may write a row only once, so the first of two effects with one key counts.
  const byKey = new Map<string, PlannedEffect>()
  for (const planned of step.effects)
    if (!byKey.has(planned.effect.key)) byKey.set(planned.effect.key, planned)
  if (byKey.size === 0) return []
  const inserted = await trx
    .insertInto('effects')
    .values(
      [...byKey.values()].map((planned) => ({
        id: newId(),
        run_id: loaded.run.id,
        ...toColumns(planned),
      })),
    )
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet({
          run_id: loaded.run.id,
          state: 'pending',
          because: null,
          settled_at: null,
          next_try_at: sql`now()`,
        })
        .where('effects.state', '=', 'replaced')
        .where('effects.kind', 'in', ['requestReview', 'rerunChecks']),
    )
    .returning(['id', 'object'])
    .execute()
  return inserted
    .filter(({ object }) => {
      const planned = byKey.get(object)
      return planned !== undefined && planned.skip === null && planned.notBefore === null
    })
    .map(({ id }) => id)
}

function toColumns({ effect, notBefore, patience, skip }: PlannedEffect) {
  return {
    kind: effect.kind,
    key:
      effect.kind === 'status'
        ? sql<string>`${effect.key} || ':' || nextval('effect_seq')`
        : effect.key,
    object: effect.key,
    payload: JSON.stringify(effect satisfies Effect),
    patience_ms: patience,
    ...(skip === null
      ? {
          state: 'pending',
          because: null,
          settled_at: null,
          next_try_at: notBefore === null ? sql<Date>`now()` : toIso(notBefore),
        }
      : { state: 'skipped', because: skip, settled_at: sql<Date>`now()`, next_try_at: null }),
  }
}
