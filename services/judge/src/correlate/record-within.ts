import { sql, type Transaction } from 'kysely'
import { isConflict, isDatabaseOutage } from '../adapters/postgres/transact.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { Failure, getErrorMessage } from '../lib/failure.ts'
import { findAffectedIssues, type IssueRef, UnlockedIssueError } from './affected-issues.ts'
import { lockIssues } from './issue-lock.ts'
import type { InboundMessage } from './messages.ts'
import { recordInTransaction } from './record-in-transaction.ts'

/**
 * Records messages in a transaction that does more than that, such as marking the quarantined
 * message that they come from. It cannot begin again with the lock of an issue that turns out to
 * be affected, so it takes that lock late; a deadlock repeats the transaction like any other.
 * Rejects with `Failure` `refused` if PostgreSQL cannot store the messages.
 */
export async function recordWithin(
  trx: Transaction<DB>,
  messages: readonly InboundMessage[],
  { awaitsArgo }: { readonly awaitsArgo: boolean },
): ReturnType<typeof recordInTransaction> {
  const issues: IssueRef[] = [...(await findAffectedIssues(trx, messages))]
  for (;;) {
    const locked = await lockIssues(trx, issues)
    await sql`savepoint messages`.execute(trx)
    try {
      return await recordInTransaction(trx, messages, { locked, awaitsArgo })
    } catch (error) {
      if (!(error instanceof UnlockedIssueError)) throw toRefusal(error)
      await sql`rollback to savepoint messages`.execute(trx)
      issues.push(error.issue)
    }
  }
}

const toRefusal = (error: unknown): unknown =>
  isConflict(error) || isDatabaseOutage(error)
    ? error
    : new Failure('refused', getErrorMessage(error), { cause: error })
