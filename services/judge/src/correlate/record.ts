import { type Kysely, sql, type Transaction } from 'kysely'
import { type RunRow, readClaims, readEnrichment, readProvenance, readStatus } from '../adapters/postgres/rows.ts'
import { transact } from '../adapters/postgres/transact.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { newId } from '../lib/ids.ts'
import type { Event } from '../run/event.ts'
import type { Status } from '../run/lifecycle.ts'
import { isOpen } from '../run/lifecycle.ts'
import { type RunClaims, runId } from '../run/run.ts'
import { recordChange } from './change.ts'
import { claimColumns } from './columns.ts'
import { appendHistory, type Told } from './history.ts'
import { deliver, tie } from './inbox.ts'
import type { Incoming, Malformed, Recorded, Recorder } from './incoming.ts'
import { lockIssues } from './issue-lock.ts'
import { endAsSuperseded, findParent, supersede, takeOrdinal } from './lineage.ts'
import { mergeClaims, mergeEnrichment, mergeProvenance } from './merge.ts'
import { findTarget, type RunMessage } from './target.ts'

interface RecorderDeps {
  readonly db: Kysely<DB>
  /** Rings for runs that should be looked at; called after the commit, and losing it only costs time (the sweep finds them). */
  readonly ring: (runIds: readonly string[]) => void
  /** Masks secrets in texts that people and models will see; the bytes in the inbox stay as they came. */
  readonly mask: (text: string) => Promise<string>
}

/**
 * The only way an event enters: one transaction that keeps the bytes and their identity, makes or merges the run, supersedes its
 * older siblings and nudges it. When it resolves, all of that is on disk; when it rejects, none of it is.
 */
export function createRecorder({ db, ring, mask }: RecorderDeps): Recorder {
  const recordAll = async (incoming: readonly Incoming[]): Promise<readonly Recorded[]> => {
    const masked = await Promise.all(incoming.map((one) => maskTexts(one, mask)))
    const { recorded, nudged } = await transact(db, async (trx) => {
      // Locks first, in one order for everybody, and in statements of their own: reading and locking at once misses the
      // sibling that was committed just before (clockwork rule 1).
      await lockIssues(trx, await issuesOf(db, masked))
      const told: Told[] = []
      const nudged: string[] = []
      const recorded: Recorded[] = []
      for (const one of masked) recorded.push(await recordOne(trx, one, told, nudged))
      await appendHistory(trx, told)
      return { recorded, nudged }
    })
    if (nudged.length > 0) ring(nudged)
    return recorded
  }
  return {
    record: async (incoming) => {
      if (incoming.event?.kind === 'github.changed') {
        const { recorded, nudged } = await recordChange(db, incoming, incoming.event)
        if (nudged.length > 0) ring(nudged)
        return recorded
      }
      const [recorded] = await recordAll([incoming])
      if (!recorded) throw new Error('one message gives one record')
      return recorded
    },
    recordBatch: recordAll,
    quarantine: (malformed) => quarantine(db, malformed),
  }
}

async function recordOne(trx: Transaction<DB>, incoming: Incoming, told: Told[], nudged: string[]): Promise<Recorded> {
  const { event } = incoming
  if (event?.kind === 'github.changed') {
    const change = await recordChange(trx, incoming, event)
    nudged.push(...change.nudged)
    return change.recorded
  }
  const delivered = await deliver(trx, incoming)
  if (delivered.kind === 'duplicate') {
    return { inboxId: delivered.inboxId, duplicate: true, outcome: delivered.outcome, runId: delivered.runId }
  }
  const { inboxId } = delivered
  if (event === null) return { inboxId, duplicate: false, outcome: 'ignored', runId: null }

  const applied = await applyToRun(trx, event, inboxId)
  if (applied === null) return { inboxId, duplicate: false, outcome: 'recorded', runId: null }
  told.push(...applied.told)
  if (applied.nudge) nudged.push(applied.runId)
  await tie(trx, inboxId, applied.runId)
  return { inboxId, duplicate: false, outcome: 'recorded', runId: applied.runId }
}

interface Applied {
  readonly runId: string
  readonly told: readonly Told[]
  readonly nudge: boolean
}

async function applyToRun(trx: Transaction<DB>, event: RunMessage, inboxId: string): Promise<Applied | null> {
  const target = await findTarget(trx, event)
  if (target === null) {
    // A judge's or deployer's report without its run says nothing about any attempt.
    return event.kind === 'stage.reported' ? null : create(trx, event, inboxId)
  }
  const row = await trx.selectFrom('runs').selectAll().where('id', '=', target.id).forUpdate().executeTakeFirstOrThrow()
  // Ended means ended: the message is kept and tied to its run, and changes nothing.
  if (!isOpen(readStatus(row))) return { runId: row.id, told: [], nudge: false }
  return merge(trx, row, event, inboxId)
}

async function create(
  trx: Transaction<DB>,
  event: Extract<Event, { kind: 'workflow.finished' | 'run.enriched' }>,
  inboxId: string,
): Promise<Applied> {
  const id = runId(newId())
  const finished = event.kind === 'workflow.finished'
  const attempt = await placeInLine(trx, id, event.claims)
  const status: Status = finished ? 'run_complete' : 'notified'
  const row = await trx
    .insertInto('runs')
    .values({
      id,
      ...claimColumns(event.claims),
      enrichment: JSON.stringify(event.enrichment ?? {}),
      provenance: JSON.stringify(event.provenance),
      attempt: attempt.ordinal,
      parent_run_id: attempt.parent,
      status,
      completed_at: finished ? sql`now()` : null,
      due_at: sql`now()`,
      nudges: 1,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  const born: Told = {
    kind: 'run',
    runId: id,
    from: null,
    to: status,
    reason: null,
    because: finished ? 'the workflow has finished' : 'a notify came first',
    causedBy: `inbox:${inboxId}`,
  }
  return finished ? arrive(trx, row, born, inboxId) : { runId: id, told: [born], nudge: true }
}

/** What follows from a completion: older siblings end, or the run itself turns out to be the older one. */
async function arrive(trx: Transaction<DB>, row: RunRow, born: Told | null, inboxId: string): Promise<Applied> {
  const line = await supersede(trx, row, `inbox:${inboxId}`)
  const told = [...(born ? [born] : []), ...line.told]
  if (!line.superseded) return { runId: row.id, told, nudge: true }
  const late = await endAsSuperseded(
    trx,
    { id: runId(row.id), from: 'run_complete' },
    'a newer run of the issue was known before it reported',
    `inbox:${inboxId}`,
  )
  return { runId: row.id, told: [...told, ...late], nudge: false }
}

async function merge(trx: Transaction<DB>, row: RunRow, event: RunMessage, inboxId: string): Promise<Applied> {
  const before = readClaims(row)
  const finished = event.kind === 'workflow.finished'
  const claims = event.kind === 'stage.reported' ? before : mergeClaims(before, event.claims, finished)
  const completes = finished && row.completed_at === null
  const known = before.repository !== null && before.issueNumber !== null
  const attempt = known
    ? { ordinal: row.attempt, parent: row.parent_run_id }
    : await placeInLine(trx, runId(row.id), claims)
  const merged = await trx
    .updateTable('runs')
    .set({
      ...claimColumns(claims),
      enrichment: JSON.stringify(mergeEnrichment(readEnrichment(row), event.enrichment) ?? {}),
      provenance: JSON.stringify(
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
        ? { status: 'run_complete', status_since: sql`now()`, completed_at: sql`now()`, waiting_for: '[]' }
        : {}),
    })
    .where('id', '=', row.id)
    .returningAll()
    .executeTakeFirstOrThrow()
  if (!completes) return { runId: row.id, told: [], nudge: true }
  const born: Told = {
    kind: 'run',
    runId: runId(row.id),
    from: 'notified',
    to: 'run_complete',
    reason: null,
    because: 'the workflow has finished',
    causedBy: `inbox:${inboxId}`,
  }
  return arrive(trx, merged, born, inboxId)
}

/** A run of an unknown issue stands in nobody's line: it is the first of its own. */
async function placeInLine(
  trx: Transaction<DB>,
  id: ReturnType<typeof runId>,
  claims: RunClaims,
): Promise<{ ordinal: number; parent: string | null }> {
  const { repository, issueNumber } = claims
  if (repository === null || issueNumber === null) return { ordinal: 1, parent: null }
  const ordinal = await takeOrdinal(trx, { repository, issueNumber }, { id, deliveryId: claims.deliveryId })
  return { ordinal, parent: await findParent(trx, { repository, issueNumber }, ordinal) }
}

/** Every issue these messages may touch: the one they name, and the one of the run they turn out to be about. */
async function issuesOf(
  db: Kysely<DB>,
  incoming: readonly Incoming[],
): Promise<readonly { repository: string; issueNumber: number }[]> {
  const issues: { repository: string; issueNumber: number }[] = []
  const add = (repository: string | null, issueNumber: number | null) => {
    if (repository !== null && issueNumber !== null) issues.push({ repository, issueNumber })
  }
  for (const { event } of incoming) {
    if (event === null || event.kind === 'github.changed') continue
    add(event.claims.repository, event.claims.issueNumber)
    if (event.claims.repository !== null && event.claims.issueNumber !== null && event.kind === 'workflow.finished')
      continue
    const target = await findTarget(db, event)
    if (target) add(target.repository, target.issue_number)
  }
  return issues
}

async function maskTexts(incoming: Incoming, mask: (text: string) => Promise<string>): Promise<Incoming> {
  const { event } = incoming
  if (event === null || event.kind === 'github.changed') return incoming
  const masked = async (text: string | null) => (text === null ? null : mask(text))
  const { claims } = event
  const clean: RunClaims = {
    ...claims,
    prompt: await masked(claims.prompt),
    issueTitle: await masked(claims.issueTitle),
    issueBody: await masked(claims.issueBody),
    phaseMessage: await masked(claims.phaseMessage),
  }
  if (event.enrichment === null) return { ...incoming, event: { ...event, claims: clean } }
  const excerpts = await Promise.all(
    Object.entries(event.enrichment.excerpts).map(async ([name, text]) => [name, await mask(text)] as const),
  )
  const enrichment = {
    ...event.enrichment,
    lastMessage: await masked(event.enrichment.lastMessage),
    judgeOutput: await masked(event.enrichment.judgeOutput),
    excerpts: Object.fromEntries(excerpts),
  }
  return { ...incoming, event: { ...event, claims: clean, enrichment } }
}

async function quarantine(db: Kysely<DB>, malformed: Malformed): Promise<{ inboxId: string }> {
  const id = newId()
  await db
    .insertInto('inbox')
    .values({
      id,
      source: malformed.source,
      transport: malformed.transport,
      state: 'quarantined',
      because: malformed.error.message,
      error_code: malformed.error.code,
      headers: JSON.stringify(malformed.headers),
      body: Buffer.from(malformed.body),
    })
    .execute()
  return { inboxId: id }
}
