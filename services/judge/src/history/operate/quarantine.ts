import { type Kysely, sql, type Transaction } from 'kysely'
import type { DB, Json } from '../../adapters/postgres/types.generated.ts'
import { type Instant, toInstant } from '../../lib/instant.ts'
import type { Mask } from '../../lib/mask.ts'
import { clip, sanitizeText } from '../../lib/text.ts'
import type { QuarantineView } from '../http/operate-schemas.ts'
import { formatTime } from '../runs/present-run.ts'

/** A quarantined message as it was received. */
export interface QuarantineEntry {
  readonly id: string
  readonly source: string
  readonly transport: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly receivedAt: Instant
  /** When it was replayed successfully; null while it is still quarantined. */
  readonly replayedAt: Date | null
}

const MAX_SHOWN_CHARACTERS = 16_384
/** A character has four bytes at most. */
const MAX_READ_BYTES = 4 * MAX_SHOWN_CHARACTERS

/**
 * Lists the messages that could not be parsed and were not replayed, newest first. The listed body
 * is masked text; the stored bytes, which a replay uses, are unchanged.
 */
export async function listQuarantine(
  { db, mask }: { readonly db: Kysely<DB>; readonly mask: Mask },
  limit: number,
): Promise<readonly QuarantineView[]> {
  const rows = await db
    .selectFrom('inbox')
    .select(['id', 'source', 'received_at', 'error_code', 'because'])
    // The whole bodies stay in the database: two hundred may have two mebibytes each.
    .select([
      sql<number>`octet_length(body)`.as('bytes'),
      sql<Buffer>`substring(body from 1 for ${MAX_READ_BYTES})`.as('beginning'),
    ])
    .where('state', '=', 'quarantined')
    .where('replayed_at', 'is', null)
    .orderBy('received_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return Promise.all(
    rows.map(async ({ beginning, bytes, ...row }) => {
      // Masked before it is cut: half a secret at the edge would not be recognised.
      const text = await mask(sanitizeText(beginning.toString()))
      return {
        id: row.id,
        source: row.source,
        receivedAt: formatTime(row.received_at),
        error: { code: row.error_code ?? 'unknown', message: row.because },
        bytes,
        body: clip(text, MAX_SHOWN_CHARACTERS),
        truncated: bytes > beginning.length || text.length > MAX_SHOWN_CHARACTERS,
      }
    }),
  )
}

/**
 * The quarantined message with this UUID, replayed or not; null if there is none. Two replays of
 * one message come after each other.
 */
export async function lockQuarantineEntry(
  trx: Transaction<DB>,
  id: string,
): Promise<QuarantineEntry | null> {
  const row = await trx
    .selectFrom('inbox')
    .select(['id', 'source', 'transport', 'headers', 'body', 'received_at', 'replayed_at'])
    .where('id', '=', id)
    .where('state', '=', 'quarantined')
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) return null
  return {
    id: row.id,
    source: row.source,
    transport: row.transport,
    headers: pickTexts(row.headers),
    body: row.body,
    receivedAt: toInstant(row.received_at),
    replayedAt: row.replayed_at,
  }
}

const pickTexts = (json: Json): Readonly<Record<string, string>> =>
  typeof json === 'object' && json !== null && !Array.isArray(json)
    ? Object.fromEntries(
        Object.entries(json).flatMap(([name, value]) =>
          typeof value === 'string' ? [[name, value]] : [],
        ),
      )
    : {}
