import type { Transaction } from 'kysely'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { lockIssues } from './issue-lock.ts'

/**
 * Takes the lock of the issue that a run belongs to until the transaction ends; a run that names no
 * issue has none. Returns false if there is no such run.
 */
export async function lockIssueOfRun(trx: Transaction<DB>, runId: string): Promise<boolean> {
  const run = await trx
    .selectFrom('runs')
    .select(['repository', 'issue_number'])
    .where('id', '=', runId)
    .executeTakeFirst()
  if (run?.repository && run.issue_number !== null)
    await lockIssues(trx, [{ repository: run.repository, issueNumber: run.issue_number }])
  return run !== undefined
}
