import { sql, type Transaction } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { Effect } from '../../decide/effect.ts'
import type { Wish } from '../../decide/step.ts'
import { newId } from '../../lib/ids.ts'
import { iso } from '../../lib/instant.ts'
import type { Committing } from './committing.ts'
import { keepTexts } from './store-texts.ts'

/**
 * Inserts what is to be done. A key is unique over all runs: wishing the same thing twice is one
 * row, whoever wished it first. A wish that its run took back before anything was sent belongs to
 * whoever wishes it again. Returns the ids to ring for at once.
 */
export async function insertWishes(
  trx: Transaction<DB>,
  { loaded, step }: Committing,
): Promise<readonly string[]> {
  if (step.kind === 'wait') await keepTexts(trx, step.blobs)
  // A statement may write a row only once; the first of two equal wishes is the wish.
  const wishes = new Map<string, Wish>()
  for (const wish of step.wishes)
    if (!wishes.has(wish.effect.key)) wishes.set(wish.effect.key, wish)
  if (wishes.size === 0) return []
  const inserted = await trx
    .insertInto('effects')
    .values(
      [...wishes.values()].map((wish) => ({
        id: newId(),
        run_id: loaded.run.id,
        ...columnsOf(wish),
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
      const wish = wishes.get(object)
      return wish !== undefined && wish.skip === null && wish.notBefore === null
    })
    .map(({ id }) => id)
}

function columnsOf({ effect, notBefore, patience, skip }: Wish) {
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
          next_try_at: notBefore === null ? sql<Date>`now()` : iso(notBefore),
        }
      : { state: 'skipped', because: skip, settled_at: sql<Date>`now()`, next_try_at: null }),
  }
}
