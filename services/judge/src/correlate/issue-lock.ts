import { sql, type Transaction } from 'kysely'
import type { DB } from '../adapters/postgres/types.generated.ts'

/**
 * Takes the lock of an issue until the transaction ends, as a statement of its own: reading in the statement that waits for
 * the lock would miss what the one before committed. Whoever touches an issue's lineage, attempts or budget takes it first; who
 * needs several takes them in sorted order.
 */
export async function lockIssue(trx: Transaction<DB>, repository: string, issueNumber: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(lower(${repository}) || '#' || ${issueNumber}::text, 0))`.execute(
    trx,
  )
}

/** Takes the locks of several issues, each once and in one order for everybody, so that two such transactions cannot wait for each other. */
export async function lockIssues(
  trx: Transaction<DB>,
  issues: readonly { readonly repository: string; readonly issueNumber: number }[],
): Promise<void> {
  const byKey = new Map(issues.map((issue) => [`${issue.repository.toLowerCase()}#${issue.issueNumber}`, issue]))
  const sorted = [...byKey].toSorted(([a], [b]) => (a < b ? -1 : 1))
  for (const [, { repository, issueNumber }] of sorted) await lockIssue(trx, repository, issueNumber)
}
