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
import { type RunClaims, toRunId } from '../run/run.ts'
import { UnlockedIssueError } from './affected-issues.ts'
import type { HistoryEntry } from './append-history.ts'
import { assignAttempt, confirmAttempt, releaseOrdinals } from './assign-attempt.ts'
import { toStoredClaims } from './claim-columns.ts'
import { findReportedRun, findTargetRun, type RunMessage } from './find-target-run.ts'
import { toIssueKey } from './issue-lock.ts'
import {
  contradictsIdentity,
  markAsArgos,
  mergeClaims,
  mergeEnrichment,
  type SourcedClaims,
  type Teller,
  tellsOtherOutcome,
} from './merge-claims.ts'
import { markSuperseded, supersedeOlderRuns } from './supersede.ts'
import { describeAnswer, storeWorkflowFact } from './workflow-fact.ts'

interface AppliedMessage {
  readonly runId: string
  readonly entries: readonly HistoryEntry[]
  readonly nudge: boolean
}

/** How a stored message, or Argo's answer, is to be applied. */
interface Arrival {
  /** As history entries have it: `inbox:<id>`, or `timer`. */
  readonly causedBy: string
  /** The keys of the issues whose locks the transaction holds. */
  readonly locked: ReadonlySet<string>
  /** It is the answer of Argo itself. */
  readonly byArgo: boolean
  /** It is a notify, which agents' pods may send. */
  readonly byAgent: boolean
  /** The run for which Argo was asked; null: the message itself says what it is about. */
  readonly about: string | null
  /** Argo is configured: what others report as finished counts once Argo has confirmed it. */
  readonly awaitsArgo: boolean
}

/**
 * Applies a message to the run it is about: creates the run, merges the message into it, or
 * changes nothing if the run has ended. Returns null if the message is about no run. Throws
 * `UnlockedIssueError` if the run belongs to an issue whose lock is not among `locked`.
 */
export async function applyToRun(
  trx: Transaction<DB>,
  event: RunMessage,
  arrival: Arrival,
): Promise<AppliedMessage | null> {
  const target = await findTargetRun(trx, event, arrival.about)
  if (target === null) {
    if (arrival.about !== null) return null
    if (event.kind !== 'stage.reported') return createRun(trx, event, arrival)
    // The workflow of a judge or deployer belongs to the run it is about, and creates no attempt.
    const about = await findReportedRun(trx, event)
    return about === null ? null : { runId: about, entries: [], nudge: false }
  }
  requireLock(arrival, { repository: target.repository, issueNumber: target.issue_number })
  const row = await trx
    .selectFrom('runs')
    .selectAll()
    .where('id', '=', target.id)
    .forUpdate()
    .executeTakeFirstOrThrow()
  // A terminal run stays as it is; the message is only linked to it.
  if (!isOpen(readStatus(row))) return { runId: row.id, entries: [], nudge: false }
  return mergeIntoRun(trx, row, event, arrival)
}

function requireLock(
  { locked }: Arrival,
  { repository, issueNumber }: Pick<RunClaims, 'repository' | 'issueNumber'>,
): void {
  if (repository === null || issueNumber === null) return
  if (!locked.has(toIssueKey(repository, issueNumber)))
    throw new UnlockedIssueError({ repository, issueNumber })
}

async function createRun(
  trx: Transaction<DB>,
  event: Exclude<RunMessage, { kind: 'stage.reported' }>,
  arrival: Arrival,
): Promise<AppliedMessage> {
  const id = toRunId(newId())
  const finished = event.kind === 'workflow.finished'
  const unconfirmed = finished && arrival.awaitsArgo && !arrival.byArgo
  const attempt = await assignAttempt(trx, id, event.claims)
  const status: Status = finished ? 'run_complete' : 'notified'
  const row = await trx
    .insertInto('runs')
    .values({
      id,
      ...toStoredClaims(event.claims),
      enrichment: encodeJsonb(event.enrichment ?? {}),
      provenance: encodeJsonb(toSourcedClaims(event, arrival).provenance),
      attempt: attempt.ordinal,
      parent_run_id: attempt.parent,
      status,
      unconfirmed,
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
    causedBy: arrival.causedBy,
  }
  return finished && !unconfirmed
    ? supersedeOnCompletion(trx, row, { entries: [created], causedBy: arrival.causedBy })
    : { runId: id, entries: [created], nudge: true }
}

const toSourcedClaims = (
  { claims, provenance }: RunMessage,
  { byArgo }: Arrival,
): SourcedClaims => ({
  claims,
  provenance: byArgo ? markAsArgos(provenance) : provenance,
})

function findTeller({ kind }: RunMessage, { byArgo, byAgent }: Arrival): Teller {
  if (kind === 'workflow.finished') return byArgo ? 'argo' : 'completion'
  return byAgent ? 'notify' : 'report'
}

async function mergeIntoRun(
  trx: Transaction<DB>,
  row: RunRow,
  event: RunMessage,
  arrival: Arrival,
): Promise<AppliedMessage> {
  const have: SourcedClaims = { claims: readClaims(row), provenance: readProvenance(row) }
  const got = toSourcedClaims(event, arrival)
  const completed = row.completed_at !== null
  const teller = findTeller(event, arrival)
  // Only Argo may say that a known workflow is another one than was reported.
  if (completed && teller !== 'argo' && isAboutOther(have.claims, got.claims))
    return { runId: row.id, entries: [], nudge: false }
  const { claims, provenance } =
    event.kind === 'stage.reported' ? have : mergeClaims(have, got, { teller, completed })
  const attempt = await updateAttempt(trx, row, claims, arrival)
  const completes = event.kind === 'workflow.finished' && !completed
  const confirms = teller === 'argo' && (completes || row.unconfirmed)
  const doubted =
    teller === 'completion' &&
    arrival.awaitsArgo &&
    (completes || tellsOtherOutcome(have.claims, got.claims))
  const merged = await trx
    .updateTable('runs')
    .set({
      ...toStoredClaims(claims),
      enrichment: encodeJsonb(mergeEnrichment(readEnrichment(row), event.enrichment) ?? {}),
      provenance: encodeJsonb(provenance),
      attempt: attempt.ordinal,
      parent_run_id: attempt.parent,
      unconfirmed: teller !== 'argo' && (doubted || row.unconfirmed),
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
  if (confirms && completed)
    await storeWorkflowFact(trx, row.id, describeAnswer(have.claims, got.claims))
  const { causedBy } = arrival
  const entries = completes ? [createCompletedEntry(row.id, causedBy)] : []
  return (completes || confirms) && !merged.unconfirmed
    ? supersedeOnCompletion(trx, merged, { entries, causedBy })
    : { runId: row.id, entries, nudge: true }
}

const createCompletedEntry = (runId: string, causedBy: string): HistoryEntry => ({
  kind: 'run',
  runId: toRunId(runId),
  from: 'notified',
  to: 'run_complete',
  reason: null,
  because: 'the workflow has finished',
  causedBy,
})

/** A message that came by the uid of the run's workflow, but names another one. */
const isAboutOther = (have: RunClaims, got: RunClaims): boolean =>
  have.workflowUid !== null &&
  have.workflowUid === got.workflowUid &&
  contradictsIdentity(have, got)

/**
 * The attempt of the run, whose issue may have become known, or another one: what a notify had
 * guessed is replaced by the completion.
 */
async function updateAttempt(
  trx: Transaction<DB>,
  row: RunRow,
  claims: RunClaims,
  arrival: Arrival,
): ReturnType<typeof assignAttempt> {
  requireLock(arrival, claims)
  const hadIssue = row.repository_key !== null && row.issue_number !== null
  if (!hadIssue) return assignAttempt(trx, toRunId(row.id), claims)
  const isSameIssue =
    claims.repository?.toLowerCase() === row.repository_key &&
    claims.issueNumber === row.issue_number
  if (isSameIssue) return confirmAttempt(trx, row, claims)
  await releaseOrdinals(trx, row.id)
  return assignAttempt(trx, toRunId(row.id), claims)
}

/** Supersedes the older runs of the issue, or the completed run itself if a newer one is known. */
export async function supersedeOnCompletion(
  trx: Transaction<DB>,
  row: RunRow,
  { entries, causedBy }: { readonly entries: readonly HistoryEntry[]; readonly causedBy: string },
): Promise<AppliedMessage> {
  const { superseded, entries: older } = await supersedeOlderRuns(trx, row, causedBy)
  if (!superseded) return { runId: row.id, entries: [...entries, ...older], nudge: true }
  const late = await markSuperseded(
    trx,
    { id: toRunId(row.id), from: readStatus(row) },
    { because: 'a newer run of the issue was known before it reported', causedBy },
  )
  return { runId: row.id, entries: [...entries, ...older, ...late], nudge: false }
}
