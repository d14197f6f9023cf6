import { type Kysely, sql } from 'kysely'
import Type, { type Static } from 'typebox'
import { encodeJsonb } from '../adapters/postgres/encode-jsonb.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { newId } from '../lib/ids.ts'
import { type Mask, maskStrings } from '../lib/mask.ts'
import type { MemoryView } from './http/operate-schemas.ts'
import { presentMemory } from './runs/present-details.ts'

export const MAX_QUERY_CHARACTERS = 10_000

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

const memoryColumns = [
  'id',
  'namespace',
  'kind',
  'summary',
  'content',
  'tags',
  'metadata',
  'created_at',
] as const

/** Stores a memory with its secrets masked, in the namespace `default` if it names none. */
export async function storeMemory(
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
      metadata: encodeJsonb(await maskStrings(body.metadata ?? {}, mask)),
    })
    .returning(memoryColumns)
    .executeTakeFirstOrThrow()
  return presentMemory(row)
}

/**
 * Finds memories for a query, best match first: those with all its words before those with some.
 * With a namespace, the rest of that namespace follows, newest first, so that a search in the
 * namespace of an issue never comes back empty because of its wording.
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
  // Matches any word of the query. plainto_tsquery has quoted the words, so none is an operator.
  const any = sql`replace(${all}::text, ' & ', ' | ')::tsquery`
  const rows = await db
    .selectFrom('memories')
    .select(memoryColumns)
    .$if(namespace === null, (select) => select.where(sql<boolean>`search @@ ${any}`))
    .$if(namespace !== null, (select) => select.where('namespace', '=', namespace ?? ''))
    .orderBy(sql`(search @@ ${all})`, 'desc')
    .orderBy(sql`(search @@ ${any})`, 'desc')
    .orderBy(sql`ts_rank_cd(search, ${any})`, 'desc')
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(presentMemory)
}
