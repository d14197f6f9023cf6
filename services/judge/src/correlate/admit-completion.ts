import { type Kysely, sql } from 'kysely'
import { readClaims } from '../adapters/postgres/rows.ts'
import { transact } from '../adapters/postgres/transact.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import type { Mask } from '../lib/mask.ts'
import type { Provenance } from '../run/event.ts'
import { openStatuses } from '../run/lifecycle.ts'
import type { RunClaims } from '../run/run.ts'
import { type IssueRef, UnlockedIssueError } from './affected-issues.ts'
import { appendHistory } from './append-history.ts'
import { applyToRun, supersedeOnCompletion } from './apply-to-run.ts'
import type { RunMessage } from './find-target-run.ts'
import { lockIssues } from './issue-lock.ts'
import { maskClaims } from './mask-texts.ts'
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

/** What Argo says of the workflow whose completion a run reports. */
export interface ArgoAnswer {
  readonly runId: string
  readonly claims: RunClaims
  readonly provenance: Provenance
}

/**
 * Lets Argo's answer count, like a message about that run and no other: what it says replaces what
 * was reported, the run is confirmed, supersedes the older ones of its issue, and is due. A run that
 * has ended stays as it is.
 */
export async function confirmCompletion(
  { db, mask }: { readonly db: Kysely<DB>; readonly mask: Mask },
  { runId, claims, provenance }: ArgoAnswer,
): Promise<void> {
  const event: RunMessage = {
    ...{ kind: 'workflow.finished', provenance, enrichment: null },
    claims: await maskClaims(claims, mask),
  }
  const issues: IssueRef[] = []
  const { repository, issueNumber } = claims
  if (repository !== null && issueNumber !== null) issues.push({ repository, issueNumber })
  await transact(db, async (trx) => {
    const locked = await lockIssues(trx, issues)
    try {
      const applied = await applyToRun(trx, event, {
        ...{ causedBy: 'timer', about: runId, locked },
        ...{ byArgo: true, byAgent: false, awaitsArgo: true },
      })
      await appendHistory(trx, applied?.entries ?? [])
    } catch (error) {
      // The transaction is repeated, with the lock of the run's own issue as well.
      if (error instanceof UnlockedIssueError) issues.push(error.issue)
      throw error
    }
  })
}
