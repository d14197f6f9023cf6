import type { Transaction } from 'kysely'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { findTargetRun } from './find-target-run.ts'
import type { InboundMessage } from './messages.ts'

/**
 * A message turned out to be about a run whose issue the transaction has not locked. The code is
 * PostgreSQL's serialization failure, so the transaction is repeated, now with that lock as well.
 */
export class UnlockedIssueError extends Error {
  readonly code = '40001'
  readonly issue: IssueRef
  constructor(issue: IssueRef) {
    super(`the run belongs to ${issue.repository}#${issue.issueNumber}`)
    this.issue = issue
  }
}

export interface IssueRef {
  readonly repository: string
  readonly issueNumber: number
}

/**
 * Every issue the messages may change: the one they name, and the one of the run they are about.
 */
export async function findAffectedIssues(
  trx: Transaction<DB>,
  messages: readonly InboundMessage[],
): Promise<readonly IssueRef[]> {
  const issues: IssueRef[] = []
  const add = (repository: string | null, issueNumber: number | null) => {
    if (repository !== null && issueNumber !== null) issues.push({ repository, issueNumber })
  }
  for (const { event } of messages) {
    if (event === null || event.kind === 'github.changed') continue
    add(event.claims.repository, event.claims.issueNumber)
    if (
      event.claims.repository !== null &&
      event.claims.issueNumber !== null &&
      event.kind === 'workflow.finished'
    )
      continue
    const target = await findTargetRun(trx, event)
    if (target) add(target.repository, target.issue_number)
  }
  return issues
}
