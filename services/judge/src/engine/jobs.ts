import { setTimeout as delay } from 'node:timers/promises'
import { PgBoss } from 'pg-boss'
import type { Logger } from 'pino'
import { messageOf } from '../lib/failure.ts'
import type { Millis } from '../lib/instant.ts'

const TICK = 'tick'
const EFFECT = 'effect'

interface JobsDeps {
  readonly databaseUrl: string
  readonly log: Logger
  readonly tick: (runId: string, signal: AbortSignal) => Promise<void>
  readonly perform: (effectId: string, signal: AbortSignal) => Promise<void>
  /** True while many requests wait for their answers. */
  readonly crowded: () => boolean
}

/**
 * The bell. It only says "look at this run" or "try this effect"; the rows say whether there is anything to do, and the sweep
 * rings again for whatever was lost. Who rings takes it in hand at once, without asking anybody; what finds no free hand here
 * becomes a job, for this replica or another. So jobs are never retried by the queue, one too many is harmless, and one that was
 * not sent costs two seconds.
 */
export interface Jobs {
  ringRuns(ids: readonly string[]): void
  ringEffects(ids: readonly string[]): void
  /** Rings when a short wait is over, in milliseconds, where the sweep would come up to two seconds later. */
  ringEffectLater(id: string, wait: Millis): void
  /** Stops taking jobs, aborts what is in hand and waits for it, at most 8.5 s. */
  stop(): Promise<void>
}

export async function startJobs({ databaseUrl, log, tick, perform, crowded }: JobsDeps): Promise<Jobs> {
  const boss = new PgBoss({
    connectionString: databaseUrl,
    application_name: 'codex-judge jobs',
    max: 6,
    useListenNotify: true,
    schedule: false,
    superviseIntervalSeconds: 1,
    monitorIntervalSeconds: 1,
  })
  boss.on('error', (error) => log.warn({ event: 'jobs', err: error }, 'the job queue reported an error'))
  await boss.start()
  // `short`: one queued job a key, whatever is running: ten nudges while one tick is in hand cause one more.
  const queue = {
    policy: 'short',
    retryLimit: 0,
    heartbeatSeconds: 10,
    expireInSeconds: 600,
    deleteAfterSeconds: 60,
    notify: true,
  } as const
  for (const name of [TICK, EFFECT]) {
    await boss.createQueue(name, queue)
    await boss.updateQueue(name, {
      retryLimit: 0,
      heartbeatSeconds: 10,
      expireInSeconds: 600,
      deleteAfterSeconds: 60,
      notify: true,
    })
  }

  const stopping = new AbortController()
  const ticks = createHands({
    name: TICK,
    atOnce: () => (crowded() ? LOOKS_WHEN_CROWDED : LOOKS_AT_ONCE),
    act: tick,
    log,
    stopping: stopping.signal,
  })
  const tries = createHands({ name: EFFECT, atOnce: () => TRIES_AT_ONCE, act: perform, log, stopping: stopping.signal })
  const batches = { batchSize: 32, pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 2 }
  await boss.work<{ id: string }>(TICK, batches, ticks.take)
  await boss.work<{ id: string }>(EFFECT, batches, tries.take)

  // What rings within a moment rings together: once for each, and one statement for all that is left over.
  const rung = { [TICK]: new Set<string>(), [EFFECT]: new Set<string>() }
  const ring = (name: typeof TICK | typeof EFFECT, ids: readonly string[]) => {
    if (stopping.signal.aborted || ids.length === 0) return
    if (rung[name].size === 0) setImmediate(() => send(name))
    for (const id of ids) rung[name].add(id)
  }
  const send = (name: typeof TICK | typeof EFFECT) => {
    const ids = [...rung[name]].sort()
    rung[name].clear()
    const left = (name === TICK ? ticks : tries).grab(ids)
    if (left.length === 0) return
    boss
      .insert(
        name,
        left.map((id) => ({ data: { id }, singletonKey: id })),
      )
      .catch((error: unknown) => log.debug({ event: 'bell_lost', error: messageOf(error) }, 'the sweep will find it'))
  }
  return {
    ringRuns: (ids) => ring(TICK, ids),
    ringEffects: (ids) => ring(EFFECT, ids),
    ringEffectLater: (id, wait) => void setTimeout(() => ring(EFFECT, [id]), wait).unref(),
    stop: async () => {
      stopping.abort()
      const stopped = Promise.all([boss.stop({ timeout: STOP_MS, graceful: true }), ticks.empty(), tries.empty()])
      // What does not heed its signal is left behind: its lease runs out, and whoever takes it over looks first.
      await Promise.race([stopped, delay(STOP_MS + 500, undefined, { ref: false })])
    },
  }
}

const STOP_MS = 8_000
/** They mostly wait for other machines, and each needs a connection now and then. */
const LOOKS_AT_ONCE = 32
/** While many wait at our door to be answered: a sender's patience is short, and a look is only a little later. */
const LOOKS_WHEN_CROWDED = 1
/** Among them are questions to models, which take minutes: they must not hold up what takes moments. */
const TRIES_AT_ONCE = 128

interface HandsDeps {
  readonly name: string
  readonly atOnce: () => number
  readonly act: (id: string, signal: AbortSignal) => Promise<void>
  readonly log: Logger
  readonly stopping: AbortSignal
}

/**
 * Takes jobs and answers for them at once: the bell has been heard. Who works on what is said by the leases of the rows, and a slow
 * look must not hold up others. Only where all hands are full does the queue wait.
 */
function createHands({ name, atOnce, act, log, stopping }: HandsDeps) {
  const inHand = new Set<Promise<void>>()
  const begin = (id: string): void => {
    const done = act(id, stopping)
      .catch((error: unknown) =>
        // The row still says that it is due, so the sweep comes back to it: a look that fails loses nothing.
        log.warn(
          { event: 'job_failed', job: name, id, error: messageOf(error) },
          `${name} failed: ${messageOf(error)}`,
        ),
      )
      .finally(() => inHand.delete(done))
    inHand.add(done)
  }
  return {
    take: async (jobs: readonly { readonly data: { readonly id: string } }[]): Promise<void> => {
      for (const { data } of jobs) {
        while (inHand.size >= atOnce()) await Promise.race(inHand)
        if (stopping.aborted) return
        begin(data.id)
      }
    },
    /** Begins what there are free hands for, and gives back the others. */
    grab: (ids: readonly string[]): readonly string[] => {
      const free = stopping.aborted ? 0 : Math.max(0, atOnce() - inHand.size)
      for (const id of ids.slice(0, free)) begin(id)
      return ids.slice(free)
    },
    empty: async (): Promise<void> => {
      await Promise.allSettled([...inHand])
    },
  }
}
