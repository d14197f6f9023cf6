import type { Transaction } from 'kysely'
import type { RunRow } from '../adapters/postgres/rows.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { type RunClaims, runId } from '../run/run.ts'
import { findParent, takeAnnounced, takeOrdinal } from './lineage.ts'

/**
 * A run keeps its place, unless it turns out to be the attempt that a dispatch announced: a notify
 * does not say so, its completion does.
 */
export async function keepInLine(
  trx: Transaction<DB>,
  row: RunRow,
  { repository, issueNumber, deliveryId }: RunClaims,
): Promise<{ ordinal: number; parent: string | null }> {
  const kept = { ordinal: row.attempt, parent: row.parent_run_id }
  if (row.delivery_id !== null || repository === null || issueNumber === null) return kept
  const ordinal = await takeAnnounced(
    trx,
    { repository, issueNumber },
    { id: runId(row.id), deliveryId },
  )
  return ordinal === null
    ? kept
    : { ordinal, parent: await findParent(trx, { repository, issueNumber }, ordinal) }
}

/** A run of an unknown issue stands in nobody's line: it is the first of its own. */
export async function placeInLine(
  trx: Transaction<DB>,
  id: ReturnType<typeof runId>,
  claims: RunClaims,
): Promise<{ ordinal: number; parent: string | null }> {
  const { repository, issueNumber } = claims
  if (repository === null || issueNumber === null) return { ordinal: 1, parent: null }
  const ordinal = await takeOrdinal(
    trx,
    { repository, issueNumber },
    { id, deliveryId: claims.deliveryId },
  )
  return { ordinal, parent: await findParent(trx, { repository, issueNumber }, ordinal) }
}
