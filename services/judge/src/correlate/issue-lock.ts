import { sql, type Transaction } from 'kysely'
import type { DB } from '../adapters/postgres/types.generated.ts'

/**
 * Takes the lock of an issue until the transaction ends. It is a separate statement, because one
 * that waits for the lock and reads would miss what the previous holder committed. Every
 * transaction that changes an issue's lineage, attempts or budget takes it before anything else.
 */
export async function lockIssue(
  trx: Transaction<DB>,
  repository: string,
  issueNumber: number,
): Promise<void> {
  const key = toIssueKey(repository, issueNumber)
  await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(trx)
}

/** The name of an issue's lock. */
export const toIssueKey = (repository: string, issueNumber: number): string =>
  `${repository.toLowerCase()}#${issueNumber}`

/**
 * Takes the locks of several issues, each once and in sorted order, so that two transactions never
 * wait for each other. Returns the keys of the held locks.
 */
export async function lockIssues(
  trx: Transaction<DB>,
  issues: readonly { readonly repository: string; readonly issueNumber: number }[],
): Promise<ReadonlySet<string>> {
  const keys = [
    ...new Set(issues.map((issue) => toIssueKey(issue.repository, issue.issueNumber))),
  ].sort()
  // An array is unnested in its order, so the locks are taken in it.
  if (keys.length > 0)
    await sql`
      select pg_advisory_xact_lock(hashtextextended(key, 0))
        from unnest(${keys}::text[]) as key`.execute(trx)
  return new Set(keys)
}
