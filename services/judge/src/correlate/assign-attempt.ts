import { sql, type Transaction } from 'kysely'
import type { RunRow } from '../adapters/postgres/rows.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { type RunClaims, type RunId, toRunId } from '../run/run.ts'
import type { IssueRef } from './affected-issues.ts'

/*
 * A run's attempt: its number among the runs and dispatches of its issue, and the run before it.
 * Everything here runs under the lock of the issue (issue-lock.ts), which the caller has taken.
 */

interface AssignedAttempt {
  readonly ordinal: number
  readonly parent: string | null
}

/** Assigns the attempt of a new run. Without a known issue, the run is the first of its own. */
export async function assignAttempt(
  trx: Transaction<DB>,
  id: RunId,
  { repository, issueNumber, deliveryId }: RunClaims,
): Promise<AssignedAttempt> {
  if (repository === null || issueNumber === null) return { ordinal: 1, parent: null }
  const issue = { repository, issueNumber }
  const ordinal = await giveOrdinal(trx, issue, { id, deliveryId })
  return { ordinal, parent: await findParentRun(trx, issue, ordinal) }
}

/**
 * Keeps the attempt of a known run, unless the run turns out to be the one that a dispatch
 * announced: a notify does not name the dispatch, the completion does.
 */
export async function confirmAttempt(
  trx: Transaction<DB>,
  row: RunRow,
  { repository, issueNumber, deliveryId }: RunClaims,
): Promise<AssignedAttempt> {
  const current = { ordinal: row.attempt, parent: row.parent_run_id }
  if (row.delivery_id !== null || repository === null || issueNumber === null) return current
  const issue = { repository, issueNumber }
  const ordinal = await claimAnnouncedOrdinal(trx, issue, { id: toRunId(row.id), deliveryId })
  return ordinal === null ? current : { ordinal, parent: await findParentRun(trx, issue, ordinal) }
}

/**
 * The ordinal that the run's dispatch announced, or else one more than any that the issue ever gave
 * to a run or a dispatch, so that no other run takes an announced number.
 */
async function giveOrdinal(
  trx: Transaction<DB>,
  issue: IssueRef,
  run: { readonly id: RunId; readonly deliveryId: string | null },
): Promise<number> {
  const key = issue.repository.toLowerCase()
  await trx
    .insertInto('issues')
    .values({ repository_key: key, repository: issue.repository, issue_number: issue.issueNumber })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return (await claimAnnouncedOrdinal(trx, issue, run)) ?? allocateOrdinal(trx, issue, run.id)
}

/** The ordinal that the dispatch of this delivery id announced, if no run has it yet. */
async function claimAnnouncedOrdinal(
  trx: Transaction<DB>,
  issue: IssueRef,
  run: { readonly id: RunId; readonly deliveryId: string | null },
): Promise<number | null> {
  if (run.deliveryId === null) return null
  const announced = await trx
    .updateTable('ordinals')
    .set({ run_id: run.id })
    .where('repository_key', '=', issue.repository.toLowerCase())
    .where('issue_number', '=', issue.issueNumber)
    .where('delivery_id', '=', run.deliveryId)
    .where('run_id', 'is', null)
    .returning('ordinal')
    .executeTakeFirst()
  return announced?.ordinal ?? null
}

/** The issue's next ordinal, given to the run; no ordinal is given twice. */
async function allocateOrdinal(trx: Transaction<DB>, issue: IssueRef, id: RunId): Promise<number> {
  const key = issue.repository.toLowerCase()
  const { last_ordinal: ordinal } = await trx
    .updateTable('issues')
    .set({ last_ordinal: sql`last_ordinal + 1` })
    .where('repository_key', '=', key)
    .where('issue_number', '=', issue.issueNumber)
    .returning('last_ordinal')
    .executeTakeFirstOrThrow()
  await trx
    .insertInto('ordinals')
    .values({ repository_key: key, issue_number: issue.issueNumber, ordinal, run_id: id })
    .execute()
  return ordinal
}

/** The run before this attempt: the newest older one of the issue. */
async function findParentRun(
  trx: Transaction<DB>,
  issue: IssueRef,
  attempt: number,
): Promise<RunId | null> {
  const parent = await trx
    .selectFrom('runs')
    .select('id')
    .where('repository_key', '=', issue.repository.toLowerCase())
    .where('issue_number', '=', issue.issueNumber)
    .where('attempt', '<', attempt)
    .where('status', '!=', 'notified')
    .orderBy('attempt', 'desc')
    .executeTakeFirst()
  return parent ? toRunId(parent.id) : null
}

/** Takes the run's ordinals from it, because it turned out to belong to another issue. */
export async function releaseOrdinals(trx: Transaction<DB>, runId: string): Promise<void> {
  await trx
    .updateTable('ordinals')
    .set({ run_id: null, withdrawn_at: sql`now()` })
    .where('run_id', '=', runId)
    .execute()
}
