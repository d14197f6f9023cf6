import { type Kysely, sql } from 'kysely'
import Type, { type Static } from 'typebox'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { newId } from '../lib/ids.ts'
import { type Mask, maskStrings } from '../lib/mask.ts'
import type { MemoryView } from './http/schemas.ts'
import { showMemory } from './runs/present-details.ts'

export const longestQuery = 10_000

export const memoryBody = Type.Object(
  {
    namespace: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
    content: Type.String({ minLength: 1, maxLength: 50_000 }),
    summary: Type.Optional(Type.Union([Type.String({ maxLength: 5_000 }), Type.Null()])),
    tags: Type.Optional(Type.Array(Type.String({ maxLength: 500 }), { maxItems: 50 })),
    metadata: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { additionalProperties: true },
)

const shown = [
  'id',
  'namespace',
  'kind',
  'summary',
  'content',
  'tags',
  'metadata',
  'created_at',
] as const

/**
 * Keeps a memory somebody else made, its secrets masked. Without a namespace it is kept under
 * `default`.
 */
export async function keepMemory(
  { db, mask }: { readonly db: Kysely<DB>; readonly mask: Mask },
  body: Static<typeof memoryBody>,
): Promise<MemoryView> {
  const row = await db
    .insertInto('memories')
    .values({
      id: newId(),
      namespace: body.namespace ?? 'default',
      summary: await mask(body.summary ?? ''),
      content: await mask(body.content),
      tags: [...(body.tags ?? [])],
      metadata: JSON.stringify(await maskStrings(body.metadata ?? {}, mask)),
    })
    .returning(shown)
    .executeTakeFirstOrThrow()
  return showMemory(row)
}

/**
 * Memories that speak of the query, best first: those with all of its words before those with some
 * of them. Where a namespace is named it is exactly that one, and what else it holds follows,
 * newest first, as the farthest neighbours do in a search by meaning: whoever names an issue is
 * never told that nothing is known of it because of a word.
 */
export async function findMemories(
  db: Kysely<DB>,
  {
    namespace,
    query,
    limit,
  }: { readonly namespace: string | null; readonly query: string; readonly limit: number },
): Promise<readonly MemoryView[]> {
  const all = sql`plainto_tsquery('simple', ${query})`
  // The words of the query, any of them. plainto_tsquery has quoted them, so that nothing in a
  // query is an operator.
  const any = sql`replace(${all}::text, ' & ', ' | ')::tsquery`
  const rows = await db
    .selectFrom('memories')
    .select(shown)
    .$if(namespace === null, (select) => select.where(sql<boolean>`search @@ ${any}`))
    .$if(namespace !== null, (select) => select.where('namespace', '=', namespace ?? ''))
    .orderBy(sql`(search @@ ${all})`, 'desc')
    .orderBy(sql`(search @@ ${any})`, 'desc')
    .orderBy(sql`ts_rank_cd(search, ${any})`, 'desc')
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(showMemory)
}
