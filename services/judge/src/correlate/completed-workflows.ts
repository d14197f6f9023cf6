import type { Kysely } from 'kysely'
import type { DB } from '../adapters/postgres/types.generated.ts'

/**
 * Of these workflows, those of which nothing needs to be heard any more; one that was only
 * announced is not among them.
 */
export async function completedWorkflows(
  db: Kysely<DB>,
  uids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (uids.length === 0) return new Set()
  const rows = await db
    .selectFrom('runs')
    .select('workflow_uid')
    .where('workflow_uid', 'in', uids)
    .where('status', '!=', 'notified')
    .execute()
  return new Set(rows.map((row) => row.workflow_uid ?? ''))
}
