import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely'
import { encodeJsonb } from '../adapters/postgres/encode-jsonb.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { newId } from '../lib/ids.ts'
import { findFirstDelivery, toDuplicateResult } from './find-duplicates.ts'
import type {
  InboundMessage,
  MalformedMessage,
  MessageSource,
  QuarantineResult,
  RecordResult,
  Transport,
} from './messages.ts'

/** A message as it is stored. Statements may give their rows further columns. */
export interface MessageRow {
  readonly inbox_id: string
  readonly source: MessageSource
  readonly transport: Transport
  readonly because: string
  readonly outcome: 'recorded' | 'ignored' | 'quarantined'
  readonly error_code: string | null
  readonly headers: Readonly<Record<string, string>>
  readonly keys: readonly string[]
  /** The run that the same statement creates from the message, or null. */
  readonly run_id: string | null
  readonly body: Uint8Array
}

export const toMessageRow = (message: InboundMessage): MessageRow => ({
  inbox_id: newId(),
  source: message.source,
  transport: message.transport,
  because: message.because,
  outcome: message.event === null ? 'ignored' : 'recorded',
  error_code: null,
  headers: message.headers,
  keys: [...new Set(message.keys)].sort(),
  run_id: null,
  body: message.body,
})

/**
 * The CTE `given`, which holds the rows, and the bodies for `storeMessages`. All rows travel as one
 * JSON parameter and all bodies as one binary parameter, so the statement's text does not depend on
 * their number and is prepared once. `columns` declares what the rows have beyond `MessageRow`.
 */
export function defineMessages(
  rows: readonly MessageRow[],
  columns: RawBuilder<unknown> = sql``,
): { readonly given: RawBuilder<unknown>; readonly bodies: Buffer } {
  let next = 1
  const located = rows.map(({ body, ...row }) => {
    const start = next
    next += body.byteLength
    return { ...row, body_start: start, body_bytes: body.byteLength }
  })
  const given = sql`given as materialized (
      select * from jsonb_to_recordset(${encodeJsonb(located)}::jsonb) as given (
        inbox_id uuid, source text, transport text, because text, outcome text, error_code text,
        headers jsonb, keys text[], run_id uuid, body_start int, body_bytes int${columns})
    )`
  return { given, bodies: Buffer.concat(rows.map(({ body }) => body)) }
}

/**
 * The CTEs that store the messages of the CTE `from`: they claim the messages' keys and insert each
 * message whose keys were all new into the inbox; `stored` holds those. A key is claimed by one
 * message for ever, and a concurrent claim of it waits until the first one commits or rolls back.
 *
 * With `skip`, a key that is known already only leaves its message out; the caller settles that
 * message's other keys with `findFirstDelivery`. With `fail` it fails the statement.
 */
export const storeMessages = (
  from: RawBuilder<unknown>,
  bodies: Buffer,
  onKnownKey: 'skip' | 'fail',
): RawBuilder<unknown> => sql`claimed as (
      insert into deliveries (key, inbox_id, run_id, outcome)
      select key, inbox_id, run_id, outcome from ${from}, unnest(keys) as key order by key
      ${onKnownKey === 'skip' ? sql`on conflict (key) do nothing` : sql``}
      returning inbox_id
    ), stored as materialized (
      select ${from}.* from ${from}
        left join (
          select inbox_id, count(*) as keys from claimed group by inbox_id) as won using (inbox_id)
       where coalesce(won.keys, 0) = cardinality(${from}.keys)
    ), inserted as (
      insert into inbox (id, source, transport, state, because, error_code, headers, body, run_id)
      select inbox_id, source, transport,
             case outcome when 'recorded' then 'applied' else outcome end, because, error_code,
             headers, substring(${bodies}::bytea from body_start for body_bytes), run_id
        from stored
    )`

/** Stores the rows of which no key is known. Returns the ids of those. */
async function storeRows(
  db: Kysely<DB> | Transaction<DB>,
  rows: readonly MessageRow[],
): Promise<ReadonlySet<string>> {
  const { given, bodies } = defineMessages(rows)
  const { rows: stored } = await sql<{ inbox_id: string }>`
    with ${given}, ${storeMessages(sql.ref('given'), bodies, 'skip')}
    select inbox_id from stored`.execute(db)
  return new Set(stored.map(({ inbox_id }) => inbox_id))
}

/**
 * Claims the message's keys and stores the message, or finds the earlier message that has one of
 * its keys. `duplicate` is the answer for the latter.
 */
export async function claimAndStore(
  trx: Transaction<DB>,
  message: InboundMessage,
): Promise<{ readonly inboxId: string; readonly duplicate: RecordResult | null }> {
  const row = toMessageRow(message)
  const stored = await storeRows(trx, [row])
  if (stored.has(row.inbox_id)) return { inboxId: row.inbox_id, duplicate: null }
  const first = await findFirstDelivery(trx, row)
  return { inboxId: first.inbox_id, duplicate: toDuplicateResult(message, first) }
}

/**
 * Links a message to the run it was applied to, so that people can ask what created a run, and
 * duplicates can be answered with it.
 */
export async function linkToRun(
  trx: Transaction<DB>,
  inboxId: string,
  runId: string,
): Promise<void> {
  await sql`
    with linked as (update deliveries set run_id = ${runId} where inbox_id = ${inboxId})
    update inbox set run_id = ${runId} where id = ${inboxId}`.execute(trx)
}

/**
 * Stores malformed messages whole, until a person has decided about them, in one statement. A
 * message's place in its log, not its content, identifies it: the same bytes sent again are stored
 * again, and a later release that can parse them records them.
 */
export async function quarantineMessages(
  db: Kysely<DB>,
  malformed: readonly MalformedMessage[],
): Promise<readonly QuarantineResult[]> {
  const rows = malformed.map(toQuarantinedRow)
  const stored = await storeRows(db, rows)
  const known = rows.flatMap(({ inbox_id, keys }) => (stored.has(inbox_id) ? [] : keys))
  const firsts =
    known.length === 0
      ? []
      : await db
          .selectFrom('deliveries')
          .select(['key', 'inbox_id'])
          .where('key', 'in', known)
          .execute()
  return rows.map(({ inbox_id, keys }) => {
    const first = firsts.find(({ key }) => keys.includes(key))
    return stored.has(inbox_id) || first === undefined
      ? { inboxId: inbox_id, duplicate: false }
      : { inboxId: first.inbox_id, duplicate: true }
  })
}

const toQuarantinedRow = ({
  source,
  transport,
  headers,
  body,
  error,
  place,
}: MalformedMessage): MessageRow => ({
  ...{ inbox_id: newId(), source, transport, headers, body },
  keys: place === undefined ? [] : [`quarantine:${place}`],
  ...{ because: error.message, error_code: error.code, outcome: 'quarantined', run_id: null },
})
