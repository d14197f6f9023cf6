import { sql, type Transaction } from 'kysely'
import type { DB } from '../adapters/postgres/types.generated.ts'

/**
 * Takes the lock of an issue until the transaction ends, as a statement of its own: reading in the
 * statement that waits for the lock would miss what the one before committed. Whoever touches an
 * issue's lineage, attempts or budget takes it first; who needs several takes them in sorted order.
 */
export async function lockIssue(
  trx: Transaction<DB>,
  repository: string,
  issueNumber: number,
): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${issueKey(repository, issueNumber)}, 0))`.execute(
    trx,
  )
}

/** What one lock stands for. */
export const issueKey = (repository: string, issueNumber: number): string =>
  `${repository.toLowerCase()}#${issueNumber}`

/**
 * Takes the locks of several issues, each once and in one order for everybody, so that two such
 * transactions cannot wait for each other. Returns the keys of those that are held now.
 */
export async function lockIssues(
  trx: Transaction<DB>,
  issues: readonly { readonly repository: string; readonly issueNumber: number }[],
): Promise<ReadonlySet<string>> {
  const keys = [
    ...new Set(issues.map((issue) => issueKey(issue.repository, issue.issueNumber))),
  ].sort()
  // Rows of an array come in its order, and so do the locks.
  if (keys.length > 0)
    await sql`select pg_advisory_xact_lock(hashtextextended(key, 0)) from unnest(${keys}::text[]) as key`.execute(
      trx,
    )
  return new Set(keys)
}
