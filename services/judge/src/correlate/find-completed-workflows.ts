import type { Kysely } from 'kysely'
import type { DB } from '../adapters/postgres/types.generated.ts'

/** Selects the workflows whose completion is recorded; one that was only announced is not. */
export async function findCompletedWorkflows(
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

/** The run of a workflow; null: there is none. One uid is one run. */
export async function findRunOfWorkflow(db: Kysely<DB>, uid: string): Promise<string | null> {
  const run = await db
    .selectFrom('runs')
    .select('id')
    .where('workflow_uid', '=', uid)
    .executeTakeFirst()
  return run?.id ?? null
}
