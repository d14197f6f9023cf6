import { sql } from 'kysely'
import { encodeJsonb } from '../adapters/postgres/encode-jsonb.ts'
import type { EffectByKind } from '../decide/effect.ts'
import { Failure } from '../lib/failure.ts'
import { newId } from '../lib/ids.ts'
import type { Mask } from '../lib/mask.ts'
import { pluralize } from '../lib/text.ts'
import { type MemoryDraft, memoryKinds } from '../text/memory.ts'
import type { EffectTry, Performer } from './performer.ts'

/**
 * Stores the ten memories of a decided run, keyed by (run, kind), in the transaction that settles
 * the effect. The memories of a later decision replace those of an earlier one, whichever effect is
 * performed first.
 */
export function createRememberPerformer({
  mask,
}: {
  readonly mask: Mask
}): Performer<EffectByKind<'remember'>> {
  return {
    async perform({ memories }, effectTry) {
      if (memories.length === 0)
        return { state: 'skipped', because: 'the repository or the issue of the run is unknown' }
      const kinds = new Set(memories.map(({ kind }) => kind))
      if (memories.length !== memoryKinds.length || kinds.size !== memoryKinds.length) {
        throw new Failure(
          'refused',
          `a run has ${memoryKinds.length} memories, one of each kind, not ${memories.length}`,
        )
      }
      const masked = await Promise.all(
        memories.map(async (memory) => ({
          ...memory,
          summary: await mask(memory.summary),
          content: await mask(memory.content),
        })),
      )
      return {
        state: 'done',
        because: `${pluralize(memories.length, 'memory').replace(/ys$/, 'ies')} stored`,
        answer: { namespace: masked[0]?.namespace ?? '', kinds: [...kinds] },
        alsoWrite: async (trx) => {
          for (const memory of masked) await sql`${upsertMemory(memory, effectTry)}`.execute(trx)
        },
      }
    },
  }
}

/** Writes nothing if a later decision of the run has planned memories, too. */
const upsertMemory = (memory: MemoryDraft, { runId, effectId }: EffectTry) => sql`
  insert into memories (id, run_id, kind, namespace, summary, content, tags, metadata)
  select ${newId()}, ${runId}, ${memory.kind}, ${memory.namespace}, ${memory.summary},
         ${memory.content}, ${[...memory.tags]}::text[], ${encodeJsonb(memory.metadata)}::jsonb
   where not exists (
     select 1 from effects later, effects this
      where this.id = ${effectId} and later.run_id = ${runId} and later.kind = 'remember'
        and (later.created_at, later.id) > (this.created_at, this.id))
  on conflict (run_id, kind) where run_id is not null do update
     set namespace = excluded.namespace,
         summary = case when ${memory.keepsEarlier ?? false}
           then memories.summary else excluded.summary end,
         content = case when ${memory.keepsEarlier ?? false}
           then memories.content else excluded.content end,
         tags = excluded.tags, metadata = excluded.metadata, created_at = now()`
