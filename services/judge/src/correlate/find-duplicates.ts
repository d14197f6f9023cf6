import { type Kysely, sql, type Transaction } from 'kysely'
import { encodeJsonb } from '../adapters/postgres/encode-jsonb.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { compareText } from '../lib/text.ts'
import type { InboundMessage, RecordResult } from './messages.ts'

interface KnownDelivery {
  readonly key: string
  readonly inbox_id: string
  readonly run_id: string | null
  readonly outcome: string
}

/** Whether a key identifies the content of a message. Any other key was chosen by its sender. */
const isContentKey = (key: string): boolean => key.startsWith('uid:')

/**
 * Finds the message that came first under any of these keys. The keys that were new with the
 * duplicate `inbox_id` are given to that message, because the same content on another path is the
 * same message. The exception is an id that its sender used again for other content: it proves
 * nothing about that content, whose key is released, to be recorded when it comes under a new id.
 */
export async function findFirstDelivery(
  db: Kysely<DB> | Transaction<DB>,
  { keys, inbox_id: inboxId }: { readonly keys: readonly string[]; readonly inbox_id: string },
): Promise<KnownDelivery> {
  const known = await db
    .selectFrom('deliveries')
    .select(['key', 'inbox_id', 'run_id', 'outcome'])
    .where('key', 'in', keys)
    .where('inbox_id', '!=', inboxId)
    .orderBy('first_at')
    .execute()
  const [first] = known
  if (first === undefined) throw new Error('a duplicate has an earlier delivery')
  const otherContent = known.some(({ key }) => isContentKey(key)) ? [] : keys.filter(isContentKey)
  if (otherContent.length > 0)
    await db
      .deleteFrom('deliveries')
      .where('inbox_id', '=', inboxId)
      .where('key', 'in', otherContent)
      .execute()
  await db
    .updateTable('deliveries')
    .set({ inbox_id: first.inbox_id, run_id: first.run_id, outcome: first.outcome })
    .where('inbox_id', '=', inboxId)
    .execute()
  return first
}

/**
 * Finds the messages of a batch that have a key which was known before the batch, each with the
 * answer of the message that came first. Their new keys are given to that message, as
 * `findFirstDelivery` does for one message: after a crash a whole batch is delivered again.
 */
export async function findDuplicates(
  trx: Transaction<DB>,
  messages: readonly InboundMessage[],
): Promise<ReadonlyMap<InboundMessage, RecordResult>> {
  const keys = [...new Set(messages.flatMap((message) => message.keys))]
  const { rows } = await sql<KnownDelivery>`
    select key, inbox_id, run_id, outcome from deliveries
     where key = any(${keys}::text[]) order by first_at`.execute(trx)
  if (rows.length === 0) return new Map()
  const known = new Map(rows.map((row) => [row.key, row]))
  const duplicates = messages.flatMap((message) => {
    const own = new Set(message.keys)
    const first = rows.find(({ key }) => own.has(key))
    if (first === undefined) return []
    const sameContent = [...own].some((key) => known.has(key) && isContentKey(key))
    const newKeys = [...own].filter((key) => !known.has(key) && (sameContent || !isContentKey(key)))
    return [{ message, first, newKeys }]
  })
  await giveKeys(
    trx,
    duplicates.flatMap(({ first, newKeys }) => newKeys.map((key) => ({ ...first, key }))),
  )
  return new Map(
    duplicates.map(({ message, first }) => [message, toDuplicateResult(message, first)]),
  )
}

async function giveKeys(trx: Transaction<DB>, deliveries: readonly KnownDelivery[]): Promise<void> {
  if (deliveries.length === 0) return
  const sorted = deliveries.toSorted((a, b) => compareText(a.key, b.key))
  await sql`
    insert into deliveries (key, inbox_id, run_id, outcome)
    select key, inbox_id, run_id, outcome
      from jsonb_to_recordset(${encodeJsonb(sorted)}::jsonb) as given (
        key text, inbox_id uuid, run_id uuid, outcome text)
    on conflict (key) do nothing`.execute(trx)
}

/** The answer for a duplicate: what became of the message that came first. */
export const toDuplicateResult = (
  { event }: InboundMessage,
  { inbox_id: inboxId, run_id: runId, outcome }: Omit<KnownDelivery, 'key'>,
): RecordResult =>
  event?.kind === 'github.changed'
    ? { inboxId, duplicate: true, outcome: 'recorded', runId: null }
    : { inboxId, duplicate: true, outcome: outcome === 'recorded' ? 'recorded' : 'ignored', runId }
