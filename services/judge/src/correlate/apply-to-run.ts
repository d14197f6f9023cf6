import { sql, type Transaction } from 'kysely'
import { encodeJsonb } from '../adapters/postgres/encode-jsonb.ts'
import {
  type RunRow,
  readClaims,
  readEnrichment,
  readProvenance,
  readStatus,
} from '../adapters/postgres/rows.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { newId } from '../lib/ids.ts'
import { isOpen, type Status } from '../run/lifecycle.ts'
import { toRunId } from '../run/run.ts'
import { UnlockedIssueError } from './affected-issues.ts'
import type { HistoryEntry } from './append-history.ts'
import { assignAttempt, confirmAttempt } from './assign-attempt.ts'
import { toStoredClaims } from './claim-columns.ts'
import { findReportedRun, findTargetRun, type RunMessage } from './find-target-run.ts'
import { toIssueKey } from './issue-lock.ts'
import { mergeClaims, mergeEnrichment, mergeProvenance } from './merge-claims.ts'
import { markSuperseded, supersedeOlderRuns } from './supersede.ts'

interface AppliedMessage {
  readonly runId: string
  readonly entries: readonly HistoryEntry[]
  readonly nudge: boolean
}

/**
 * Applies a stored message to the run it is about: creates the run, merges the message into it, or
 * changes nothing if the run has ended. Returns null if the message is about no run. Throws
 * `UnlockedIssueError` if the run belongs to an issue whose lock is not among `locked`.
 */
export async function applyToRun(
  trx: Transaction<DB>,
  event: RunMessage,
  { inboxId, locked }: { readonly inboxId: string; readonly locked: ReadonlySet<string> },
): Promise<AppliedMessage | null> {
  const target = await findTargetRun(trx, event)
  if (target === null) {
    if (event.kind !== 'stage.reported') return createRun(trx, event, inboxId)
    // The workflow of a judge or deployer belongs to the run it is about, and creates no attempt.
    const about = await findReportedRun(trx, event)
    return about === null ? null : { runId: about, entries: [], nudge: false }
  }
  const { repository, issue_number: issueNumber } = target
  if (repository && issueNumber !== null && !locked.has(toIssueKey(repository, issueNumber)))
    throw new UnlockedIssueError({ repository, issueNumber })
  const row = await trx
    .selectFrom('runs')
    .selectAll()
    .where('id', '=', target.id)
    .forUpdate()
    .executeTakeFirstOrThrow()
  // A terminal run stays as it is; the message is only linked to it.
  if (!isOpen(readStatus(row))) return { runId: row.id, entries: [], nudge: false }
  return mergeIntoRun(trx, row, { event, inboxId })
}

async function createRun(
  trx: Transaction<DB>,
  event: Exclude<RunMessage, { kind: 'stage.reported' }>,
  inboxId: string,
): Promise<AppliedMessage> {
  const id = toRunId(newId())
  const finished = event.kind === 'workflow.finished'
  const attempt = await assignAttempt(trx, id, event.claims)
  const status: Status = finished ? 'run_complete' : 'notified'
  const row = await trx
    .insertInto('runs')
    .values({
      id,
      ...toStoredClaims(event.claims),
      enrichment: encodeJsonb(event.enrichment ?? {}),
      provenance: encodeJsonb(event.provenance),
      attempt: attempt.ordinal,
      parent_run_id: attempt.parent,
      status,
      completed_at: finished ? sql`now()` : null,
      due_at: sql`now()`,
      nudges: 1,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  const created: HistoryEntry = {
    kind: 'run',
    runId: id,
    from: null,
    to: status,
    reason: null,
    because: finished ? 'the workflow has finished' : 'a notify came first',
    causedBy: `inbox:${inboxId}`,
  }
  return finished
    ? supersedeOnCompletion(trx, row, { completed: created, inboxId })
    : { runId: id, entries: [created], nudge: true }
}

async function mergeIntoRun(
  trx: Transaction<DB>,
  row: RunRow,
  { event, inboxId }: { readonly event: RunMessage; readonly inboxId: string },
): Promise<AppliedMessage> {
  const before = readClaims(row)
  const finished = event.kind === 'workflow.finished'
  const claims =
    event.kind === 'stage.reported' ? before : mergeClaims(before, event.claims, finished)
  const completes = finished && row.completed_at === null
  const hasIssue = before.repository !== null && before.issueNumber !== null
  const attempt = hasIssue
    ? await confirmAttempt(trx, row, claims)
    : await assignAttempt(trx, toRunId(row.id), claims)
  const merged = await trx
    .updateTable('runs')
    .set({
      ...toStoredClaims(claims),
      enrichment: encodeJsonb(mergeEnrichment(readEnrichment(row), event.enrichment) ?? {}),
      provenance: encodeJsonb(
        event.kind === 'stage.reported'
          ? row.provenance
          : mergeProvenance(readProvenance(row), event.provenance, before),
      ),
      attempt: attempt.ordinal,
      parent_run_id: attempt.parent,
      updated_at: sql`now()`,
      version: sql`version + 1`,
      nudges: sql`nudges + 1`,
      due_at: sql`now()`,
      ...(completes
        ? {
            status: 'run_complete',
            status_since: sql`now()`,
            completed_at: sql`now()`,
            waiting_for: '[]',
          }
        : {}),
    })
    .where('id', '=', row.id)
    .returningAll()
    .executeTakeFirstOrThrow()
  if (!completes) return { runId: row.id, entries: [], nudge: true }
  const completed: HistoryEntry = {
    kind: 'run',
    runId: toRunId(row.id),
    from: 'notified',
    to: 'run_complete',
    reason: null,
    because: 'the workflow has finished',
    causedBy: `inbox:${inboxId}`,
  }
  return supersedeOnCompletion(trx, merged, { completed, inboxId })
}

/** Supersedes the older runs of the issue, or the completed run itself if a newer one is known. */
async function supersedeOnCompletion(
  trx: Transaction<DB>,
  row: RunRow,
  { completed, inboxId }: { readonly completed: HistoryEntry; readonly inboxId: string },
): Promise<AppliedMessage> {
  const causedBy = `inbox:${inboxId}`
  const { superseded, entries: older } = await supersedeOlderRuns(trx, row, causedBy)
  const entries = [completed, ...older]
  if (!superseded) return { runId: row.id, entries, nudge: true }
  const late = await markSuperseded(
    trx,
    { id: toRunId(row.id), from: 'run_complete' },
    { because: 'a newer run of the issue was known before it reported', causedBy },
  )
  return { runId: row.id, entries: [...entries, ...late], nudge: false }
}
