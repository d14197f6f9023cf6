import { type Kysely, sql, type Transaction } from 'kysely'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { newId } from '../lib/ids.ts'
import type { Incoming, Malformed, Quarantined } from './incoming.ts'

/** What became of a message's identity: it is new and kept, or it was here before. */
export type Delivered =
  | { readonly kind: 'new'; readonly inboxId: string }
  | {
      readonly kind: 'duplicate'
      readonly inboxId: string
      readonly runId: string | null
      readonly outcome: 'recorded' | 'ignored'
    }

/**
 * Claims the message's identities and keeps its bytes, or finds that any of them was here before. A
 * concurrent delivery of the same message waits here for the first one's commit.
 */
export async function deliver(trx: Transaction<DB>, incoming: Incoming): Promise<Delivered> {
  const inboxId = newId()
  const keys = [...new Set(incoming.keys)].sort()
  const outcome = incoming.event === null ? 'ignored' : 'recorded'
  const state = incoming.event === null ? 'ignored' : 'applied'
  const { rows } = await sql<{ fresh: number }>`
    with claimed as (
      insert into deliveries (key, inbox_id, outcome)
      select key, ${inboxId}::uuid, ${outcome} from unnest(${keys}::text[]) as key order by key
      on conflict (key) do nothing
      returning key
    ), kept as (
      insert into inbox (id, source, transport, state, because, headers, body)
      select ${inboxId}::uuid, ${incoming.source}, ${incoming.transport}, ${state}, ${incoming.because},
             ${JSON.stringify(incoming.headers)}::jsonb, ${Buffer.from(incoming.body)}::bytea
       where (select count(*) from claimed) = ${keys.length}
    )
    select count(*)::int as fresh from claimed`.execute(trx)
  if (rows[0]?.fresh === keys.length) return { kind: 'new', inboxId }

  const first = await firstOf(trx, keys, inboxId)
  return {
    kind: 'duplicate',
    inboxId: first.inbox_id,
    runId: first.run_id,
    outcome: first.outcome === 'recorded' ? 'recorded' : 'ignored',
  }
}

/**
 * Whether this identity is what the message says. Any other is what its sender called the delivery.
 */
export const isOfContent = (key: string): boolean => key.startsWith('uid:')

/**
 * The message that came first under any of these identities. Those that were new with the
 * repetition `inboxId` are given to it: the same value by another road is the same message. But an
 * id that was used again for another value says nothing about that value, which is heard when it
 * comes under an id of its own.
 */
export async function firstOf(
  db: Kysely<DB> | Transaction<DB>,
  keys: readonly string[],
  inboxId: string,
) {
  const known = await db
    .selectFrom('deliveries')
    .select(['key', 'inbox_id', 'run_id', 'outcome'])
    .where('key', 'in', keys)
    .where('inbox_id', '!=', inboxId)
    .orderBy('first_at')
    .execute()
  const [first] = known
  if (first === undefined) throw new Error('a repetition repeats something')
  const otherValue = known.some(({ key }) => isOfContent(key)) ? [] : keys.filter(isOfContent)
  if (otherValue.length > 0)
    await db
      .deleteFrom('deliveries')
      .where('inbox_id', '=', inboxId)
      .where('key', 'in', otherValue)
      .execute()
  await db
    .updateTable('deliveries')
    .set({ inbox_id: first.inbox_id, run_id: first.run_id, outcome: first.outcome })
    .where('inbox_id', '=', inboxId)
    .execute()
  return first
}

/**
 * Ties a message to the run it was applied to, for people who ask what made a run, and for answers
 * to repetitions.
 */
export async function tie(trx: Transaction<DB>, inboxId: string, runId: string): Promise<void> {
  await sql`
    with tied as (update deliveries set run_id = ${runId} where inbox_id = ${inboxId})
    update inbox set run_id = ${runId} where id = ${inboxId}`.execute(trx)
}

/**
 * Keeps a message nobody could read, whole, until a person has looked at it. Its place is its
 * identity here and nowhere else: the same bytes that are sent anew are kept anew, and a later
 * release that can read them records them.
 */
export async function quarantine(db: Kysely<DB>, malformed: Malformed): Promise<Quarantined> {
  const inboxId = newId()
  const keys = malformed.place === undefined ? [] : [`quarantine:${malformed.place}`]
  const { rows } = await sql<{ kept: boolean }>`
    with claimed as (
      insert into deliveries (key, inbox_id, outcome)
      select key, ${inboxId}::uuid, 'quarantined' from unnest(${keys}::text[]) as key
      on conflict (key) do nothing
      returning key
    ), kept as (
      insert into inbox (id, source, transport, state, because, error_code, headers, body)
      select ${inboxId}::uuid, ${malformed.source}, ${malformed.transport}, 'quarantined', ${malformed.error.message},
             ${malformed.error.code}, ${JSON.stringify(malformed.headers)}::jsonb, ${Buffer.from(malformed.body)}::bytea
       where (select count(*) from claimed) = ${keys.length}
      returning id
    )
    select exists (select from kept) as kept`.execute(db)
  if (rows[0]?.kept) return { inboxId, duplicate: false }
  const first = await db
    .selectFrom('deliveries')
    .select('inbox_id')
    .where('key', 'in', keys)
    .executeTakeFirstOrThrow()
  return { inboxId: first.inbox_id, duplicate: true }
}
