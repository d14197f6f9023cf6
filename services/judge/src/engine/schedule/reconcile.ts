import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { Logger } from 'pino'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { decide } from '../../decide/decide.ts'
import type { End, Step } from '../../decide/step.ts'
import { messageOf } from '../../lib/failure.ts'
import type { Millis } from '../../lib/instant.ts'
import type { Trace } from '../../lib/trace.ts'
import { issueLabel } from '../../run/run.ts'
import { OrdinalTaken } from '../commit/announce.ts'
import { type Committed, commit } from '../commit/commit.ts'
import { maskStep } from '../commit/mask-step.ts'
import { aboutRun, traceEnd, traceStep } from '../commit/trace-step.ts'
import { type Kept, openKept } from '../observe/fact-cache.ts'
import { type Loaded, lease, load } from '../observe/load.ts'
import { observe } from '../observe/observe.ts'
import type { Outside } from '../observe/observe-deps.ts'
import { LEASE_SECONDS, type Leases } from './leases.ts'
import type { Act, ActSignals } from './worker-pool.ts'

export interface TickDeps {
  readonly db: Kysely<DB>
  readonly log: Logger
  readonly outside: Outside
  readonly leases: Leases
  /** Rings for effects that a look has just wished. */
  readonly ring: (effectIds: readonly string[]) => void
  /**
   * Told of every committed end, for the metrics; `lateSeconds` from the moment the run was due
   * (its last signal, or its time).
   */
  readonly decided: (loaded: Loaded, end: End, lateSeconds: number) => void
  /** Told of every wait that is over. */
  readonly waited: (what: string, seconds: number) => void
  readonly trace: Trace
}

/** The longest one look may take. What has not answered by then is not known in this look. */
const LOOK_MS = 25_000

/**
 * One look at one run: lease, read, observe, decide, commit. Resolves to whether to look again at
 * once, because somebody recorded something meanwhile; where that is known before the commit, this
 * look is given up, since no end of it could be committed. Throws only what is a fault of ours or
 * of Postgres; then the run is due again shortly, and nothing has been changed.
 */
export function createTick(deps: TickDeps): Act {
  return async (runId, signals) => {
    const leased = await lease(deps.db, runId, LEASE_SECONDS.run)
    if (leased === null) return false
    using _held = deps.leases.hold('run', runId)
    try {
      const outcome = await deps.trace.ofRun(runId, 'tick', async () => {
        const [loaded, kept] = await deps.trace.part('load', () =>
          Promise.all([load(deps.db, leased.row, leased.now), openKept(deps.db, runId)]),
        )
        return look(deps, { loaded, kept }, signals)
      })
      if (outcome.kind === 'lost') {
        await handBack(deps, runId, 0)
        return true
      }
      deps.ring(outcome.effects)
      return outcome.again
    } catch (error) {
      await handBack(deps, runId, signals.stopping.aborted ? 0 : AFTER_FAULT_SECONDS)
      throw error
    }
  }
}

async function look(
  deps: TickDeps,
  { loaded, kept }: { readonly loaded: Loaded; readonly kept: Kept },
  { stopping, news }: ActSignals,
): Promise<Committed> {
  const begun = performance.now()
  const { trace, outside } = deps
  trace.tell(aboutRun(loaded))
  const signal = AbortSignal.any([stopping, news, AbortSignal.timeout(LOOK_MS)])
  const observation = await trace.part('observe', () =>
    observe(loaded, { outside, kept, trace }, signal),
  )
  // What could not be read because we stop, or begin anew, says nothing about the world: no
  // patience may run out over it.
  if (stopping.aborted || news.aborted) {
    trace.tell({ step: 'given up' })
    return { kind: 'lost' }
  }
  const { facts, policy } = observation
  const step = await trace.part('decide', () =>
    maskStep(decide(facts, loaded.now, policy), outside.mask),
  )
  const committing = { loaded, observation, kept, step, causedBy: 'timer', by: 'service' }
  const committed = await trace.part('commit', () =>
    commit(deps.db, committing).catch((error: unknown): Committed => {
      if (error instanceof OrdinalTaken) return { kind: 'lost' }
      throw error
    }),
  )
  if (committed.kind === 'lost') {
    trace.tell({ step: 'lost' })
    return committed
  }
  traceStep(trace, loaded, { step, effects: committed.effects.length })
  traceEnd(trace, loaded, step)
  tell(deps, { loaded, step, tookMs: performance.now() - begun })
  return committed
}

interface Looked {
  readonly loaded: Loaded
  readonly step: Step
  readonly tookMs: Millis
}

function tell({ log, decided, waited }: TickDeps, { loaded, step, tookMs }: Looked): void {
  const { run, row, now } = loaded
  if (step.kind === 'stay') return
  const [before] = run.waitingFor
  const goesOn = step.kind === 'wait' && step.waitingFor[0]?.what === before?.what
  if (before !== undefined && !goesOn) waited(before.what, (now - before.since) / 1000)
  const ids = {
    run: run.id,
    issue: issueLabel(run.claims.repository, run.claims.issueNumber),
    attempt: run.attempt,
  }
  if (step.kind === 'end') {
    decided(loaded, step, (now - (row.due_at?.getTime() ?? now) + tookMs) / 1000)
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
  } else if (step.status !== run.status) {
    log.debug(
      { event: 'waits', ...ids, status: step.status, because: step.because },
      `${ids.issue}: ${step.status}`,
    )
  }
}

/** Gives the run back, due again after so many seconds; a look that failed changed nothing. */
async function handBack({ db, log }: TickDeps, runId: string, seconds: number): Promise<void> {
  await db
    .updateTable('runs')
    .set({
      looking_until: null,
      due_at: sql`case when due_at is null then null else now() + make_interval(secs => ${seconds}) end`,
    })
    .where('id', '=', runId)
    .execute()
    .catch((error: unknown) =>
      log.debug({ event: 'lease', error: messageOf(error) }, 'the lease runs out by itself'),
    )
}

const AFTER_FAULT_SECONDS = 2
