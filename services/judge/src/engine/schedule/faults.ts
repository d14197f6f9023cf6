import { type Kysely, sql } from 'kysely'
import { type RunRow, readRun } from '../../adapters/postgres/rows.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { endAfterFault } from '../../decide/end-after-fault.ts'
import {
  computeFaultPause,
  type FaultCount,
  isHopeless,
  normalizeFault,
} from '../../decide/faults.ts'
import type { EndStep } from '../../decide/step.ts'
import { getErrorMessage } from '../../lib/failure.ts'
import type { Instant } from '../../lib/instant.ts'
import type { Mask } from '../../lib/mask.ts'
import { clip, collapseSpace } from '../../lib/text.ts'
import { isOpen } from '../../run/lifecycle.ts'
import { type CommitResult, commit } from '../commit/commit.ts'
import { maskStep } from '../commit/mask-step.ts'
import { emptyFactCache } from '../observe/fact-cache.ts'
import type { LeasedRun } from '../observe/lease-run.ts'
import { type LoadedRun, loadRun } from '../observe/load-run.ts'
import { withoutObservation } from '../observe/observe.ts'
import type { ReconcileDeps } from './reconcile.ts'

/** A fault of a reconciliation, as it was counted. */
interface CountedFault extends FaultCount {
  /** What failed, masked and bounded. */
  readonly message: string
}

/**
 * Counts a reconciliation that failed, and gives the run back with a growing pause. After too many
 * equal faults, or past the run's deadline, the run ends with a question to a person: no other
 * reconciliation could enforce its deadline.
 */
export async function handleFault(
  deps: ReconcileDeps,
  leased: LeasedRun,
  error: unknown,
): Promise<void> {
  const { row } = leased
  const message = await describeFault(deps.observeDeps.mask, error)
  const count = await countFault(deps.db, row, normalizeFault(message))
  // Another worker has committed meanwhile: whatever failed here is out of date.
  if (count === null) return
  const fault = { ...count, message }
  const about = { run: row.id, faults: count.all, error: message }
  const text = `a reconciliation failed: ${message}`
  if (count.equal === 1) deps.log.warn({ event: 'reconcile_failed', ...about }, text)
  else deps.log.debug({ event: 'reconcile_failed', ...about }, text)
  const mustEnd = isOpen(readRun(row).status) && isHopeless(count)
  deps.onFault(mustEnd ? 'given_up' : 'retried')
  if (!mustEnd) return
  const result = await giveUp(deps, leased, fault)
  if (result.kind === 'lost') return
  deps.wakeEffects(result.effects)
  deps.log.error(
    { event: 'run_given_up', ...about },
    `a run was given up after ${count.all} failed reconciliations: ${message}`,
  )
}

const MAX_MESSAGE_CHARS = 500

async function describeFault(mask: Mask, error: unknown): Promise<string> {
  try {
    return clip(collapseSpace(await mask(getErrorMessage(error))), MAX_MESSAGE_CHARS)
  } catch {
    return 'an error whose text could not be masked'
  }
}

/**
 * Counts the fault in the run's row, gives the lease back, and sets when the run is due again. A
 * signal that came meanwhile is seen by a try after the shortest pause, because it may be the cure.
 * Null: the run was changed since it was leased.
 */
async function countFault(db: Kysely<DB>, row: RunRow, fault: string): Promise<FaultCount | null> {
  const seconds = (faults: number) => computeFaultPause(faults) / 1_000
  const updated = await db
    .updateTable('runs')
    .set({
      looking_until: null,
      fault,
      faults: sql<number>`faults + 1`,
      equal_faults: sql<number>`case when fault = ${fault} then equal_faults + 1 else 1 end`,
      due_at: sql<Date>`now() + make_interval(secs =>
        case when due_at < looking_until then ${seconds(1)}::float8
             else ${seconds(row.faults + 1)}::float8 end)`,
    })
    .where('id', '=', row.id)
    .where('version', '=', row.version)
    .returning([
      'faults',
      'equal_faults',
      sql<boolean>`coalesce(deadline_at <= now(), false)`.as('isOverdue'),
    ])
    .executeTakeFirst()
  return updated === undefined
    ? null
    : { all: updated.faults, equal: updated.equal_faults, isOverdue: updated.isOverdue }
}

/**
 * Ends the run from its own row, without anything that was observed. If even the effects of that
 * end cannot be written, it ends without them.
 */
async function giveUp(
  { db, observeDeps, onDecided, log }: ReconcileDeps,
  { row, now }: LeasedRun,
  fault: CountedFault,
): Promise<CommitResult> {
  const loaded = await loadRun(db, row, now).catch(() => toBareRun(row, now))
  const observation = withoutObservation(loaded, observeDeps)
  const { facts, policy } = observation
  const end = endAfterFault({ facts, policy, now, results: [] }, fault)
  const write = async (step: EndStep, withoutEffects: boolean) => {
    const result = await commit(db, {
      ...{ loaded, observation, step, cache: emptyFactCache },
      ...{ causedBy: 'timer', by: 'service', trigger: { kind: 'fault', fault, withoutEffects } },
    })
    const due = row.due_at?.getTime() ?? now
    if (result.kind === 'committed') onDecided(loaded, step, (now - due) / 1_000)
    return result
  }
  return write(await maskStep(end, observeDeps.mask), false).catch((error: unknown) => {
    log.debug(
      { event: 'end_not_written', run: row.id, error: getErrorMessage(error) },
      'the end of a run could not be written with its effects; writing it without them',
    )
    return write({ ...end, effects: [] }, true)
  })
}

/** The run alone, where what belongs to it cannot be read. */
const toBareRun = (row: RunRow, now: Instant): LoadedRun => ({
  row,
  run: readRun(row),
  now,
  enrichment: null,
  evidence: null,
  unreadableSince: {},
  siblings: [],
  earlierThreads: [],
  effects: [],
  verdicts: [],
  prompts: [],
  heads: [],
  escalation: null,
  release: null,
  reconsiderAt: null,
  hasNewerRun: false,
  issue: null,
})
