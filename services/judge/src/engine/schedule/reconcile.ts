import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { Logger } from 'pino'
import { isDatabaseOutage } from '../../adapters/postgres/transact.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { decide } from '../../decide/decide.ts'
import type { EndStep, Step } from '../../decide/step.ts'
import { getErrorMessage } from '../../lib/failure.ts'
import { formatUtc, type Millis, toIso } from '../../lib/instant.ts'
import type { Trace } from '../../lib/trace.ts'
import { formatIssueLabel } from '../../run/run.ts'
import { OrdinalTakenError } from '../commit/assign-ordinal.ts'
import { type CommitResult, commit } from '../commit/commit.ts'
import type { CommitInput } from '../commit/commit-input.ts'
import { EscalationResolvedError } from '../commit/follow-escalation.ts'
import { maskStep } from '../commit/mask-step.ts'
import { storeReadings } from '../commit/store-readings.ts'
import { describeRun, traceEnd, traceStep } from '../commit/trace-step.ts'
import { DispatchUnderWayError } from '../commit/withdraw-dispatch.ts'
import { openFactCache } from '../observe/fact-cache.ts'
import { type LeasedRun, leaseRun } from '../observe/lease-run.ts'
import { type LoadedRun, loadRun } from '../observe/load-run.ts'
import { observe } from '../observe/observe.ts'
import type { ObserveDeps } from '../observe/observe-deps.ts'
import { handleFault } from './faults.ts'
import { LEASE_SECONDS, type Leases } from './leases.ts'
import type { TaskSignals, WorkerTask } from './worker-pool.ts'

export interface ReconcileDeps {
  readonly db: Kysely<DB>
  readonly log: Logger
  readonly observeDeps: ObserveDeps
  readonly leases: Leases
  /** Starts effects that a reconciliation has just committed. */
  readonly wakeEffects: (effectIds: readonly string[]) => void
  /**
   * Called for every committed end, for the metrics. `lateSeconds` counts from the moment the run
   * was due: its last signal, or the time set for its next poll.
   */
  readonly onDecided: (loaded: LoadedRun, end: EndStep, lateSeconds: number) => void
  /** Called once for each run whose agent's tokens were counted, after the commit that books them. */
  readonly onAgentCost: (usd: number) => void
  /** Called for every wait that is over. */
  readonly onWaitEnded: (what: string, seconds: number) => void
  /** Called for every reconciliation that failed, and for the run that is given up because of it. */
  readonly onFault: (outcome: 'retried' | 'given_up') => void
  readonly trace: Trace
}

/** A part that has not answered by then counts as unreadable in this reconciliation. */
const OBSERVE_TIMEOUT_MS = 25_000
const RETRY_AFTER_OUTAGE_SECONDS = 2

/**
 * Reconciles one run: takes its lease, loads it, observes what its status needs to know, decides
 * what to do, and commits that step.
 *
 * Resolves to true if the run must be reconciled again at once because something was recorded about
 * it meanwhile. When that is known before the commit (`signals.stale`), the reconciliation is
 * abandoned: the commit would refuse any step that ends the run. Resolves to false without doing
 * anything if the run is not due or another worker holds its lease.
 *
 * A bug, or a statement that PostgreSQL refuses, is counted, and the run is due again after a
 * growing pause (`handleFault`). Rejects only if PostgreSQL is unavailable or the process stops;
 * then nothing has been changed, and the run is due again soon.
 */
export function createReconcile(deps: ReconcileDeps): WorkerTask {
  return async (runId, signals) => {
    const leased = await leaseRun(deps.db, runId, LEASE_SECONDS.run)
    if (leased === null) return false
    using _lease = deps.leases.hold('run', runId)
    try {
      const result = await deps.trace.runSpan(runId, 'reconcile', () =>
        reconcileLeased(deps, leased, signals),
      )
      if (result.kind === 'lost') {
        await releaseLease(deps, runId, 0)
        return true
      }
      deps.wakeEffects(result.effects)
      return result.dueAgain
    } catch (error) {
      const isStopping = signals.stopping.aborted
      if (!isStopping && !isDatabaseOutage(error)) {
        await handleFault(deps, leased, error)
        return false
      }
      await releaseLease(deps, runId, isStopping ? 0 : RETRY_AFTER_OUTAGE_SECONDS)
      throw error
    }
  }
}

async function reconcileLeased(
  deps: ReconcileDeps,
  { row, now }: LeasedRun,
  { stopping, stale }: TaskSignals,
): Promise<CommitResult> {
  const { db, trace, observeDeps } = deps
  const [loaded, cache] = await trace.span('load', () =>
    Promise.all([loadRun(db, row, now), openFactCache(db, row.id)]),
  )
  const startedAt = performance.now()
  trace.setAttributes(describeRun(loaded))
  const signal = AbortSignal.any([stopping, stale, AbortSignal.timeout(OBSERVE_TIMEOUT_MS)])
  const observation = await trace.span('observe', () =>
    observe(loaded, { deps: observeDeps, cache, trace }, signal),
  )
  // What could not be read because the reconciliation was interrupted is no evidence that an
  // external system is down: committing it could let a patience expire.
  if (stopping.aborted || stale.aborted) {
    trace.setAttributes({ step: 'abandoned' })
    return { kind: 'lost' }
  }
  const { facts, policy } = observation
  const step = await trace.span('decide', () =>
    maskStep(decide(facts, loaded.now, policy), observeDeps.mask),
  )
  const result = await trace.span('commit', () =>
    commitOrLose(db, {
      ...{ loaded, observation, cache, step },
      ...{ causedBy: 'timer', by: 'service', trigger: { kind: 'observation' } },
    }),
  )
  if (result.kind === 'lost') {
    trace.setAttributes({ step: 'lost' })
    await storeReadings(db, { loaded, cache })
    return result
  }
  traceStep(trace, loaded, { step, effects: result.effects.length })
  traceEnd(trace, loaded, step)
  const agentUsd = observation.money?.agent?.costUsd ?? null
  if (step.kind !== 'stay' && agentUsd !== null) deps.onAgentCost(agentUsd)
  reportStep(deps, { loaded, step, tookMs: performance.now() - startedAt })
  return result
}

/** What another transaction took or resolved meanwhile is a lost race like any other. */
async function commitOrLose(db: Kysely<DB>, input: CommitInput): Promise<CommitResult> {
  try {
    return await commit(db, input)
  } catch (error) {
    if (lostRaces.some((race) => error instanceof race)) return { kind: 'lost' }
    throw error
  }
}

const lostRaces = [OrdinalTakenError, EscalationResolvedError, DispatchUnderWayError]

interface ReconciledRun {
  readonly loaded: LoadedRun
  readonly step: Step
  readonly tookMs: Millis
}

function reportStep(
  { log, onDecided, onWaitEnded }: ReconcileDeps,
  { loaded, step, tookMs }: ReconciledRun,
): void {
  const { run, row, now } = loaded
  if (step.kind === 'stay') return
  const [before] = run.waitingFor
  const isSameWait = step.kind === 'wait' && step.waitingFor[0]?.what === before?.what
  if (before !== undefined && !isSameWait) onWaitEnded(before.what, (now - before.since) / 1000)
  const ids = {
    run: run.id,
    issue: formatIssueLabel(run.claims.repository, run.claims.issueNumber),
    attempt: run.attempt,
  }
  if (step.kind === 'end') {
    onDecided(loaded, step, (now - (row.due_at?.getTime() ?? now) + tookMs) / 1000)
    log.info(
      {
        event: 'decided',
        ...ids,
        status: step.status,
        reason: step.reason,
        because: step.because,
        took_ms: Math.round(tookMs),
      },
      `${ids.issue}: ${step.status} (${step.reason})`,
    )
    return
  }
  // A wait that goes on was reported when it began.
  if (isSameWait && step.status === run.status) return
  const what = step.waitingFor[0]?.what ?? step.status
  log.info(
    {
      event: 'waiting',
      ...ids,
      status: step.status,
      what,
      deadline: toIso(step.deadline),
      because: step.because,
    },
    `${ids.issue}: waits for ${what} until ${formatUtc(step.deadline)}`,
  )
}

/** Gives the run back, due again after so many seconds. A lost or failed commit changed nothing. */
async function releaseLease(
  { db, log }: ReconcileDeps,
  runId: string,
  seconds: number,
): Promise<void> {
  await db
    .updateTable('runs')
    .set({
      looking_until: null,
      due_at: sql`case when due_at is not null then now() + make_interval(secs => ${seconds}) end`,
    })
    .where('id', '=', runId)
    .execute()
    .catch((error: unknown) =>
      log.debug(
        { event: 'lease_not_released', run: runId, error: getErrorMessage(error) },
        'the lease could not be released; it expires within seconds',
      ),
    )
}
