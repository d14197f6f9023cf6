import { type Kysely, sql, type Transaction } from 'kysely'
import {
  type RunRow,
  readClaims,
  readEnrichment,
  readProvenance,
  readStatus,
} from '../adapters/postgres/rows.ts'
import { repeating, transact } from '../adapters/postgres/transact.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { gather } from '../lib/batcher.ts'
import { newId } from '../lib/ids.ts'
import { atMost } from '../lib/limit-concurrency.ts'
import type { Mask } from '../lib/mask.ts'
import type { Event } from '../run/event.ts'
import type { Status } from '../run/lifecycle.ts'
import { isOpen } from '../run/lifecycle.ts'
import { runId } from '../run/run.ts'
import { recordChange } from './change.ts'
import { isLoose, recordChanges } from './changes.ts'
import { claimColumns } from './columns.ts'
import { firstTold, isRepetition, isWhole, mayBeFirst, recordFirstRuns } from './first-runs.ts'
import { appendHistory, type Told } from './history.ts'
import { deliver, quarantine, tie } from './inbox.ts'
import type { Incoming, Recorded, Recorder } from './incoming.ts'
import { issueKey, lockIssues } from './issue-lock.ts'
import { type Issue, issuesOf, OtherIssue } from './issues-of.ts'
import { endAsSuperseded, supersede } from './lineage.ts'
import { maskTexts } from './mask-texts.ts'
import { mergeClaims, mergeEnrichment, mergeProvenance } from './merge.ts'
import { keepInLine, placeInLine } from './place-in-line.ts'
import { findRepetitions } from './repetitions.ts'
import { findReported, findTarget, type RunMessage } from './target.ts'

interface RecorderDeps {
  readonly db: Kysely<DB>
  /**
   * Rings for runs that should be looked at; called after the commit, and losing it only costs time
   * (the sweep finds them).
   */
  readonly ring: (runIds: readonly string[]) => void
  /**
   * Masks secrets in texts that people and models will see; the bytes in the inbox stay as they
   * came.
   */
  readonly mask: Mask
}

/**
 * The only way an event enters: one transaction that keeps the bytes and their identity, makes or
 * merges the run, supersedes its older siblings and nudges it. When it resolves, all of that is on
 * disk; when it rejects, none of it is.
 */
export function createRecorder({ db, ring, mask }: RecorderDeps): Recorder {
  const inTurn = atMost(AT_ONCE)
  const recordAll = async (incoming: readonly Incoming[]): Promise<readonly Recorded[]> => {
    const masked = await Promise.all(incoming.map((one) => maskTexts(one, mask)))
    const others: Issue[] = []
    const { recorded, nudged } = await inTurn(() =>
      transact(db, async (trx) => {
        // Locks first, in one order for everybody, and in statements of their own: reading and
        // locking at once misses the sibling that was committed just before (clockwork rule 1).
        const locked = await lockIssues(trx, [...(await issuesOf(trx, masked)), ...others])
        try {
          return await recordEach(trx, masked, locked)
        } catch (error) {
          if (error instanceof OtherIssue) others.push(error.issue)
          throw error
        }
      }),
    )
    if (nudged.length > 0) ring(nudged)
    return recorded
  }
  const alone = async (incoming: Incoming): Promise<Recorded> => {
    if (incoming.event?.kind === 'github.changed') {
      const { event } = incoming
      const { recorded, nudged } = await repeating(() => recordChange(db, incoming, event))
      if (nudged.length > 0) ring(nudged)
      return recorded
    }
    const [recorded] = await recordAll([incoming])
    if (!recorded) throw new Error('one message gives one record')
    return recorded
  }
  const recordLoose = async (incoming: readonly Incoming[]) => {
    const { recorded, nudged } = await recordChanges(db, incoming)
    if (nudged.length > 0) ring(nudged)
    return incoming.map((one, index) => recorded[index] ?? alone(one))
  }
  // Most completions are the first anybody hears of their issue, and need no more than one
  // statement, also many together.
  const recordWhole = async (incoming: readonly Incoming[]) => {
    const masked = await Promise.all(incoming.map((one) => maskTexts(one, mask)))
    const firsts = await repeating(() =>
      recordFirstRuns(db, mayBeFirst(masked), { history: true }),
    ).catch((error: unknown) => {
      if (isRepetition(error)) return noFirsts
      throw error
    })
    ring([...firsts.values()].map(({ runId }) => runId))
    return incoming.map((one, index) => firsts.get(masked[index] ?? one) ?? alone(one))
  }
  const loose = gathering(recordLoose, alone)
  const whole = gathering(recordWhole, async (one) => (await recordWhole([one]))[0] ?? alone(one))
  return {
    record: (incoming) =>
      isLoose(incoming) ? loose(incoming) : isWhole(incoming) ? whole(incoming) : alone(incoming),
    recordBatch: async (incoming) =>
      incoming.every(isLoose) ? Promise.all(await recordLoose(incoming)) : recordAll(incoming),
    quarantine: (malformed) => repeating(() => quarantine(db, malformed)),
  }
}

const gathering = (
  together: (incoming: readonly Incoming[]) => Promise<readonly (Recorded | Promise<Recorded>)[]>,
  alone: (incoming: Incoming) => Promise<Recorded>,
) =>
  gather({
    together,
    alone,
    weigh: ({ body }) => body.byteLength,
    most: { items: 100, weight: 4 * 1024 * 1024 },
    // One statement is on its way while the next is made ready; with more, they only become
    // smaller.
    journeys: 2,
  })

/**
 * A hundred reports of one issue wait for its lock: not with every connection that readers and
 * looks need, too.
 */
const AT_ONCE = 8

const nothingRepeated: Awaited<ReturnType<typeof findRepetitions>> = new Map()
const noFirsts: Awaited<ReturnType<typeof recordFirstRuns>> = new Map()

/** What one transaction of records gathers, and the issues it holds. */
interface Recording {
  readonly told: Told[]
  readonly nudged: string[]
  readonly locked: ReadonlySet<string>
}

async function recordEach(
  trx: Transaction<DB>,
  incoming: readonly Incoming[],
  locked: ReadonlySet<string>,
) {
  const recording: Recording = { told: [], nudged: [], locked }
  const recorded: Recorded[] = []
  const batch = incoming.length > 1
  const repeated = batch ? await findRepetitions(trx, incoming) : nothingRepeated
  const firsts = batch
    ? await recordFirstRuns(trx, mayBeFirst(incoming), { history: false })
    : noFirsts
  for (const one of incoming) {
    const first = firsts.get(one)
    if (first !== undefined) {
      recording.told.push(firstTold(first))
      recording.nudged.push(first.runId)
    }
    recorded.push(repeated.get(one) ?? first ?? (await recordOne(trx, one, recording)))
  }
  await appendHistory(trx, recording.told)
  return { recorded, nudged: recording.nudged }
}

async function recordOne(
  trx: Transaction<DB>,
  incoming: Incoming,
  { told, nudged, locked }: Recording,
): Promise<Recorded> {
  const { event } = incoming
  if (event?.kind === 'github.changed') {
    const change = await recordChange(trx, incoming, event)
    nudged.push(...change.nudged)
    return change.recorded
  }
  const delivered = await deliver(trx, incoming)
  if (delivered.kind === 'duplicate') {
    return {
      inboxId: delivered.inboxId,
      duplicate: true,
      outcome: delivered.outcome,
      runId: delivered.runId,
    }
  }
  const { inboxId } = delivered
  if (event === null) return { inboxId, duplicate: false, outcome: 'ignored', runId: null }

  const applied = await applyToRun(trx, event, { inboxId, locked })
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

async function applyToRun(
  trx: Transaction<DB>,
  event: RunMessage,
  { inboxId, locked }: { inboxId: string; locked: ReadonlySet<string> },
): Promise<Applied | null> {
  const target = await findTarget(trx, event)
  if (
    target?.repository &&
    target.issue_number !== null &&
    !locked.has(issueKey(target.repository, target.issue_number))
  )
    throw new OtherIssue({ repository: target.repository, issueNumber: target.issue_number })
  if (target === null) {
    if (event.kind !== 'stage.reported') return create(trx, event, inboxId)
    // A judge's or deployer's own workflow is kept with the run it is about, and says nothing about
    // any attempt.
    const about = await findReported(trx, event)
    return about === null ? null : { runId: about, told: [], nudge: false }
  }
  const row = await trx
    .selectFrom('runs')
    .selectAll()
    .where('id', '=', target.id)
    .forUpdate()
    .executeTakeFirstOrThrow()
  // Ended means ended: the message is kept and tied to its run, and changes nothing.
  if (!isOpen(readStatus(row))) return { runId: row.id, told: [], nudge: false }
  return merge(trx, row, { event, inboxId })
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
  return finished ? arrive(trx, row, { born, inboxId }) : { runId: id, told: [born], nudge: true }
}

/**
 * What follows from a completion: older siblings end, or the run itself turns out to be the older
 * one.
 */
async function arrive(
  trx: Transaction<DB>,
  row: RunRow,
  { born, inboxId }: { readonly born: Told; readonly inboxId: string },
): Promise<Applied> {
  const line = await supersede(trx, row, `inbox:${inboxId}`)
  const told = [born, ...line.told]
  if (!line.superseded) return { runId: row.id, told, nudge: true }
  const late = await endAsSuperseded(
    trx,
    { id: runId(row.id), from: 'run_complete' },
    {
      because: 'a newer run of the issue was known before it reported',
      causedBy: `inbox:${inboxId}`,
    },
  )
  return { runId: row.id, told: [...told, ...late], nudge: false }
}

async function merge(
  trx: Transaction<DB>,
  row: RunRow,
  { event, inboxId }: { readonly event: RunMessage; readonly inboxId: string },
): Promise<Applied> {
  const before = readClaims(row)
  const finished = event.kind === 'workflow.finished'
  const claims =
    event.kind === 'stage.reported' ? before : mergeClaims(before, event.claims, finished)
  const completes = finished && row.completed_at === null
  const known = before.repository !== null && before.issueNumber !== null
  const attempt = known
    ? await keepInLine(trx, row, claims)
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
  return arrive(trx, merged, { born, inboxId })
}
