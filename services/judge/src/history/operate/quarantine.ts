import type { Kysely } from 'kysely'
import type { DB, Json } from '../../adapters/postgres/types.generated.ts'
import type { Mask } from '../../lib/mask.ts'
import { clip, tidyText } from '../../lib/text.ts'
import type { QuarantineView } from '../http/schemas.ts'
import { time } from '../runs/present-run.ts'

/** A message as it lies in quarantine. */
export interface QuarantinedMessage {
  readonly id: string
  readonly source: string
  readonly transport: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** When it was replayed with success; null while it waits for a person. */
  readonly replayedAt: Date | null
}

const shownCharacters = 16_384

/**
 * What nobody could read and nobody has replayed, newest first. The body is shown as text with its
 * secrets masked; what is kept, and replayed, are the bytes as they came.
 */
export async function listQuarantine(
  { db, mask }: { readonly db: Kysely<DB>; readonly mask: Mask },
  limit: number,
): Promise<readonly QuarantineView[]> {
  const rows = await db
    .selectFrom('inbox')
    .select(['id', 'source', 'received_at', 'error_code', 'because', 'body'])
    .where('state', '=', 'quarantined')
    .where('replayed_at', 'is', null)
    .orderBy('received_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return Promise.all(
    rows.map(async (row) => ({
      id: row.id,
      source: row.source,
      receivedAt: time(row.received_at),
      error: { code: row.error_code ?? 'unknown', message: row.because },
      bytes: row.body.length,
      // Masked before it is cut: half a secret at the edge would not be recognised.
      body: clip(
        await mask(tidyText(row.body.subarray(0, 4 * shownCharacters).toString())),
        shownCharacters,
      ),
    })),
  )
}

export async function quarantinedById(
  db: Kysely<DB>,
  id: string,
): Promise<QuarantinedMessage | null> {
  const row = await db
    .selectFrom('inbox')
    .select(['id', 'source', 'transport', 'headers', 'body', 'replayed_at'])
    .where('id', '=', id)
    .where('state', '=', 'quarantined')
    .executeTakeFirst()
  if (row === undefined) return null
  return {
    id: row.id,
    source: row.source,
    transport: row.transport,
    headers: textsIn(row.headers),
    body: row.body,
    replayedAt: row.replayed_at,
  }
}

const textsIn = (json: Json): Readonly<Record<string, string>> =>
  typeof json === 'object' && json !== null && !Array.isArray(json)
    ? Object.fromEntries(
        Object.entries(json).flatMap(([name, value]) =>
          typeof value === 'string' ? [[name, value]] : [],
        ),
      )
    : {}
