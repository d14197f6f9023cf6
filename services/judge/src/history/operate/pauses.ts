import { type Kysely, sql } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { newId } from '../../lib/ids.ts'
import type { PauseView } from '../http/operate-schemas.ts'
import { formatTime } from '../runs/present-run.ts'

/**
 * Where a pause stops dispatches and model calls: everywhere, in a repository, or for one of its
 * issues.
 */
export interface PauseScope {
  readonly repository: string | null
  readonly issueNumber: number | null
}

const updatePausesIn = (db: Kysely<DB>, { repository, issueNumber }: PauseScope) =>
  db
    .updateTable('pauses')
    .where('ended_at', 'is', null)
    .where(
      sql<boolean>`repository_key is not distinct from ${repository?.toLowerCase() ?? null}::text`,
    )
    .where(sql<boolean>`issue_number is not distinct from ${issueNumber}::int`)

/** Pauses a scope. If it is paused already, only the reason and the actor change. */
export async function startPause(
  db: Kysely<DB>,
  scope: PauseScope,
  { reason, actor }: { readonly reason: string; readonly actor: string },
): Promise<void> {
  const { numUpdatedRows } = await updatePausesIn(db, scope)
    .set({ reason, by_actor: actor })
    .executeTakeFirst()
  if (numUpdatedRows > 0n) return
  await db
    .insertInto('pauses')
    .values({
      id: newId(),
      repository_key: scope.repository?.toLowerCase() ?? null,
      issue_number: scope.issueNumber,
      reason,
      by_actor: actor,
    })
    .execute()
}

/** Ends the pause of exactly this scope, if there is one; wider and narrower ones stay. */
export async function endPause(
  db: Kysely<DB>,
  scope: PauseScope,
  { reason, actor }: { readonly reason: string; readonly actor: string },
): Promise<void> {
  await updatePausesIn(db, scope)
    .set({ ended_at: sql<Date>`now()`, ended_by: actor, ended_because: reason })
    .execute()
}

/** The pauses in force, oldest first. */
export async function listOpenPauses(db: Kysely<DB>): Promise<readonly PauseView[]> {
  const rows = await db
    .selectFrom('pauses')
    .selectAll()
    .where('ended_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    repository: row.repository_key,
    issueNumber: row.issue_number,
    reason: row.reason,
    by: row.by_actor,
    createdAt: formatTime(row.created_at),
  }))
}
