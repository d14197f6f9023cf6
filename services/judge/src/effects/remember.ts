import { sql } from 'kysely'
import { type EffectOf, type MemoryDraft, memoryKinds } from '../decide/effect.ts'
import { Failure } from '../lib/failure.ts'
import { newId } from '../lib/ids.ts'
import type { Mask } from '../lib/mask.ts'
import { count } from '../lib/text.ts'
import type { Performer, Try } from './performer.ts'

/**
 * Keeps the ten memories of a decided run, keyed by (run, kind): a later decision replaces those of
 * an earlier one, and one that is performed late does not undo what came after it. They are written
 * by the transaction that settles the effect.
 */
export function rememberPerformer({
  mask,
}: {
  readonly mask: Mask
}): Performer<EffectOf<'remember'>> {
  return {
    async perform({ memories }, attempt) {
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
        because: `${count(memories.length, 'memory').replace(/ys$/, 'ies')} kept`,
        answer: { namespace: masked[0]?.namespace ?? '', kinds: [...kinds] },
        also: async (trx) => {
          for (const memory of masked) await sql`${upsert(memory, attempt)}`.execute(trx)
        },
      }
    },
  }
}

/**
 * The guard is in the statement: with a later decision's memories asked for, those of this one are
 * nobody's any more.
 */
const upsert = (memory: MemoryDraft, { runId, effectId }: Try) => sql`
  insert into memories (id, run_id, kind, namespace, summary, content, tags, metadata)
  select ${newId()}, ${runId}, ${memory.kind}, ${memory.namespace}, ${memory.summary}, ${memory.content},
         ${[...memory.tags]}::text[], ${JSON.stringify(memory.metadata)}::jsonb
   where not exists (
     select 1 from effects later, effects this
      where this.id = ${effectId} and later.run_id = ${runId} and later.kind = 'remember'
        and (later.created_at, later.id) > (this.created_at, this.id))
  on conflict (run_id, kind) where run_id is not null do update
     set namespace = excluded.namespace,
         summary = case when ${memory.keepsEarlier ?? false} then memories.summary else excluded.summary end,
         content = case when ${memory.keepsEarlier ?? false} then memories.content else excluded.content end,
         tags = excluded.tags, metadata = excluded.metadata, created_at = now()`
