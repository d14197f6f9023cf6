import type { Transaction } from 'kysely'
import type { DB } from '../adapters/postgres/types.generated.ts'
import type { Incoming } from './incoming.ts'
import { findTarget } from './target.ts'

/**
 * The run a message is about became known only after its issue's lock could be taken first.
 * PostgreSQL's own code for "begin again" makes the transaction begin again, and then it takes that
 * lock, too.
 */
export class OtherIssue extends Error {
  readonly code = '40001'
  readonly issue: Issue
  constructor(issue: Issue) {
    super(`the run turned out to belong to ${issue.repository}#${issue.issueNumber}`)
    this.issue = issue
  }
}

export interface Issue {
  readonly repository: string
  readonly issueNumber: number
}

/**
 * Every issue these messages may touch: the one they name, and the one of the run they turn out to
 * be about.
 */
export async function issuesOf(
  trx: Transaction<DB>,
  incoming: readonly Incoming[],
): Promise<readonly Issue[]> {
  const issues: Issue[] = []
  const add = (repository: string | null, issueNumber: number | null) => {
    if (repository !== null && issueNumber !== null) issues.push({ repository, issueNumber })
  }
  for (const { event } of incoming) {
    if (event === null || event.kind === 'github.changed') continue
    add(event.claims.repository, event.claims.issueNumber)
    if (
      event.claims.repository !== null &&
      event.claims.issueNumber !== null &&
      event.kind === 'workflow.finished'
    )
      continue
    const target = await findTarget(trx, event)
    if (target) add(target.repository, target.issue_number)
  }
  return issues
}
