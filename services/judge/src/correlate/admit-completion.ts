import { type Kysely, sql } from 'kysely'
import { readClaims } from '../adapters/postgres/rows.ts'
import { transact } from '../adapters/postgres/transact.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { openStatuses } from '../run/lifecycle.ts'
import { appendHistory } from './append-history.ts'
import { supersedeOnCompletion } from './apply-to-run.ts'
import { lockIssues } from './issue-lock.ts'
import { describeUnknown, storeWorkflowFact } from './workflow-fact.ts'

/**
 * Lets a reported completion count although Argo has not confirmed it: Argo does not know the
 * workflow (`unknown`, which becomes a fact of the run), or is not configured any more. The run
 * supersedes the older ones of its issue, and is due. Changes nothing about a run that is confirmed
 * or has ended.
 */
export async function admitCompletion(
  db: Kysely<DB>,
  { runId, because }: { readonly runId: string; readonly because: 'unknown' | 'not configured' },
): Promise<void> {
  await transact(db, async (trx) => {
    const known = await trx
      .selectFrom('runs')
      .select(['repository', 'issue_number'])
      .where('id', '=', runId)
      .executeTakeFirstOrThrow()
    const { repository, issue_number: issueNumber } = known
    if (repository !== null && issueNumber !== null)
      await lockIssues(trx, [{ repository, issueNumber }])
    const row = await trx
      .updateTable('runs')
      .set({
        unconfirmed: false,
        updated_at: sql`now()`,
        version: sql`version + 1`,
        nudges: sql`nudges + 1`,
        due_at: sql`now()`,
      })
      .where('id', '=', runId)
      .where('unconfirmed', '=', true)
      .where('status', 'in', openStatuses)
      .where('repository', 'is not distinct from', repository)
      .where('issue_number', 'is not distinct from', issueNumber)
      .returningAll()
      .executeTakeFirst()
    if (row === undefined) return
    if (because === 'unknown') await storeWorkflowFact(trx, runId, describeUnknown(readClaims(row)))
    const { entries } = await supersedeOnCompletion(trx, row, { entries: [], causedBy: 'timer' })
    await appendHistory(trx, entries)
  })
}
