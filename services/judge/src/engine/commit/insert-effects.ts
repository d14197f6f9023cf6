import { sql, type Transaction } from 'kysely'
import { encodeJsonb } from '../../adapters/postgres/encode-jsonb.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { Effect } from '../../decide/effect.ts'
import type { EffectRetry, PlannedEffect } from '../../decide/step.ts'
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
  omittedKey: string | null,
): Promise<string[]> {
  if (step.kind !== 'end') await storeTexts(trx, step.blobs)
  const planned = step.effects.filter(({ effect }) => effect.key !== omittedKey)
  return insertPlannedEffects(trx, loaded.run.id, planned)
}

/** The same for the effects of a run that are planned without a step of it. */
export async function insertPlannedEffects(
  trx: Transaction<DB>,
  runId: string,
  effects: readonly PlannedEffect[],
): Promise<string[]> {
  // One statement may write a row only once, so the first of two effects with one key counts.
  const byKey = new Map<string, PlannedEffect>()
  for (const planned of effects)
    if (!byKey.has(planned.effect.key)) byKey.set(planned.effect.key, planned)
  if (byKey.size === 0) return []
  const inserted = await trx
    .insertInto('effects')
    .values(
      [...byKey.values()].map((planned) => ({
        id: newId(),
        run_id: runId,
        ...toColumns(planned),
      })),
    )
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet({
          run_id: runId,
          state: 'pending',
          because: null,
          settled_at: null,
          next_try_at: sql`now()`,
        })
        .where('effects.state', '=', 'replaced')
        .where('effects.kind', 'in', ['requestReview', 'rerunChecks']),
    )
    .returning(['id', 'key', 'object'])
    .execute()
  return inserted
    .filter(({ key, object }) => {
      const planned = byKey.get(key) ?? byKey.get(object)
      return planned !== undefined && planned.skip === null && planned.notBefore === null
    })
    .map(({ id }) => id)
}

/** Effects that set the same object to a value have one name for it; the newest one counts. */
const nameObject = (effect: Effect): string =>
  effect.kind === 'discord' && effect.edits !== null ? `edit:${effect.edits}` : effect.key

/**
 * Makes an effect that was given up due again, and returns its id. Tried once, it fails for good
 * with its next failure.
 */
export async function retryEffect(
  trx: Transaction<DB>,
  { effectId, once }: EffectRetry,
): Promise<string> {
  await trx
    .updateTable('effects')
    .set({
      state: 'pending',
      because: null,
      failure: null,
      failures: 0,
      settled_at: null,
      next_try_at: sql<Date>`now()`,
      give_up_at: once ? sql<Date>`now()` : null,
    })
    .where('id', '=', effectId)
    .where('state', 'in', ['failed', 'skipped'])
    .execute()
  return effectId
}

function toColumns({ effect, notBefore, patience, skip }: PlannedEffect) {
  return {
    kind: effect.kind,
    key:
      effect.kind === 'status' || effect.kind === 'comment'
        ? sql<string>`${effect.key} || ':' || nextval('effect_seq')`
        : effect.key,
    object: nameObject(effect),
    payload: encodeJsonb(effect satisfies Effect),
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
