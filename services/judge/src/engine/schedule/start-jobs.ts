import { setTimeout as delay } from 'node:timers/promises'
import { PgBoss } from 'pg-boss'
import type { Logger } from 'pino'
import { buildSessionLimits, statementLimits } from '../../adapters/postgres/database.ts'
import { getErrorMessage } from '../../lib/failure.ts'
import type { Millis } from '../../lib/instant.ts'
import { createWorkerPool, type WorkerPool, type WorkerTask } from './worker-pool.ts'

/** Queue names are stored by pg-boss, so they stay as the first release made them. */
const RECONCILE_QUEUE = 'tick'
const EFFECT_QUEUE = 'effect'

/** Reconciliations mostly wait for other machines, and each needs a connection now and then. */
const MAX_RECONCILIATIONS = 32
/**
 * While many requests wait for their answers: the patience of a sender is short, and a
 * reconciliation is only a little later.
 */
const MAX_RECONCILIATIONS_OVERLOADED = 1
/** Some tries ask models, which takes minutes; they must not hold up tries that take moments. */
const MAX_TRIES = 128
const STOP_TIMEOUT_MS = 8_000

interface JobsDeps {
  readonly databaseUrl: string
  readonly log: Logger
  readonly reconcile: WorkerTask
  readonly perform: (effectId: string, signal: AbortSignal) => Promise<void>
  /** True while many requests wait for their answers. */
  readonly isOverloaded: () => boolean
}

/**
 * Starts work on runs and effects soon after they become due. A wakeup is only a hint: the rows say
 * what is due, and the sweep repeats every wakeup that was lost.
 *
 * A caller of `wake…` has just committed, and usually this process has a free worker, which starts
 * at once. What the sweep finds and no worker here can start becomes a pg-boss job for any replica
 * (`offer…`). The queue therefore never retries a job: one too many is harmless, and a missing one
 * costs a sweep.
 */
export interface Jobs {
  /** Starts work on these runs; without a free worker, they wait for one in this process. */
  wakeRuns(ids: readonly string[]): void
  wakeEffects(ids: readonly string[]): void
  /** Starts work on these runs; without a free worker, they become jobs for any replica. */
  offerRuns(ids: readonly string[]): void
  offerEffects(ids: readonly string[]): void
  /** Wakes the effect after a short wait; the sweep might come up to two seconds later. */
  wakeEffectAfter(id: string, wait: Millis): void
  /** Takes no more jobs, aborts the running tasks and waits for them, at most 8.5 s. */
  stop(): Promise<void>
}

export async function startJobs(deps: JobsDeps): Promise<Jobs> {
  const { databaseUrl, log } = deps
  const boss = await startQueues(databaseUrl, log)
  const stopping = new AbortController()
  const pools = createPools(deps, stopping.signal)
  await consumeQueue(boss, RECONCILE_QUEUE, pools.runs)
  await consumeQueue(boss, EFFECT_QUEUE, pools.effects)

  const offer = (queue: string, pool: WorkerPool) => (ids: readonly string[]) => {
    const left = pool.trySubmit(ids)
    if (left.length === 0 || stopping.signal.aborted) return
    boss
      .insert(
        queue,
        left.map((id) => ({ data: { id }, singletonKey: id })),
      )
      .catch((error: unknown) =>
        log.debug(
          { event: 'wakeup_lost', queue, error: getErrorMessage(error) },
          'a job could not be queued; the next sweep finds its row again',
        ),
      )
  }
  const wakeEffects = coalesceWakeups(pools.effects, stopping.signal)
  return {
    wakeRuns: coalesceWakeups(pools.runs, stopping.signal),
    wakeEffects,
    offerRuns: offer(RECONCILE_QUEUE, pools.runs),
    offerEffects: offer(EFFECT_QUEUE, pools.effects),
    wakeEffectAfter: (id, wait) => void setTimeout(() => wakeEffects([id]), wait).unref(),
    stop: async () => {
      stopping.abort()
      const stopped = Promise.all([
        boss.stop({ timeout: STOP_TIMEOUT_MS, graceful: true }),
        pools.runs.drain(),
        pools.effects.drain(),
      ])
      // A task that ignores its signal is abandoned: its lease expires, and a replica that takes
      // an effect over first looks up whether the request was carried out.
      await Promise.race([stopped, delay(STOP_TIMEOUT_MS + 500, undefined, { ref: false })])
    },
  }
}

/**
 * The heartbeat guards the moment between fetching a job and starting its work: the handler returns
 * as soon as the work has started.
 */
const queueOptions = {
  retryLimit: 0,
  heartbeatSeconds: 10,
  expireInSeconds: 600,
  deleteAfterSeconds: 60,
  notify: true,
}
const workOptions = { batchSize: 32, pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 2 }

async function startQueues(databaseUrl: string, log: Logger): Promise<PgBoss> {
  const boss = new PgBoss({
    connectionString: databaseUrl,
    application_name: 'codex-judge jobs',
    max: 5,
    ...buildSessionLimits(statementLimits.engine),
    useListenNotify: true,
    schedule: false,
    superviseIntervalSeconds: 1,
    monitorIntervalSeconds: 1,
  })
  boss.on('error', (error) =>
    // Some of its errors are copies that are no `Error`.
    log.warn({ event: 'jobs', error: String(error.message) }, 'the job queue reported an error'),
  )
  await boss.start()
  for (const name of [RECONCILE_QUEUE, EFFECT_QUEUE]) {
    // `short` allows one queued job a key, in addition to the running one: ten nudges during a
    // reconciliation cause one more.
    await boss.createQueue(name, { policy: 'short', ...queueOptions })
    // `createQueue` does not change a queue that an older release created with other options.
    await boss.updateQueue(name, queueOptions)
  }
  return boss
}

function createPools(
  { log, reconcile, perform, isOverloaded }: JobsDeps,
  stopping: AbortSignal,
): { readonly runs: WorkerPool; readonly effects: WorkerPool } {
  return {
    runs: createWorkerPool({
      name: 'reconcile',
      getConcurrency: () => (isOverloaded() ? MAX_RECONCILIATIONS_OVERLOADED : MAX_RECONCILIATIONS),
      task: reconcile,
      log,
      stopping,
    }),
    effects: createWorkerPool({
      name: 'effect',
      getConcurrency: () => MAX_TRIES,
      // A request that was sent cannot be taken back, so a try ignores `stale`.
      task: (id, signals) => perform(id, signals.stopping).then(() => false),
      log,
      stopping,
    }),
  }
}

const consumeQueue = (boss: PgBoss, name: string, pool: WorkerPool) =>
  boss.work<{ id: string }>(name, workOptions, (jobs) => pool.run(jobs.map(({ data }) => data.id)))

/** Collects the wakeups of one turn of the event loop and submits them together, each id once. */
function coalesceWakeups(
  pool: WorkerPool,
  stopping: AbortSignal,
): (ids: readonly string[]) => void {
  const pending = new Set<string>()
  return (ids) => {
    if (stopping.aborted || ids.length === 0) return
    if (pending.size === 0)
      setImmediate(() => {
        const all = [...pending]
        pending.clear()
        pool.submit(all)
      })
    for (const id of ids) pending.add(id)
  }
}
