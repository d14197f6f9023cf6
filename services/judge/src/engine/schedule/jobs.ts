import { setTimeout as delay } from 'node:timers/promises'
import { PgBoss } from 'pg-boss'
import type { Logger } from 'pino'
import { messageOf } from '../../lib/failure.ts'
import type { Millis } from '../../lib/instant.ts'
import { type Act, createHands, type Hands } from './worker-pool.ts'

const TICK = 'tick'
const EFFECT = 'effect'

interface JobsDeps {
  readonly databaseUrl: string
  readonly log: Logger
  readonly tick: Act
  readonly perform: (effectId: string, signal: AbortSignal) => Promise<void>
  /** True while many requests wait for their answers. */
  readonly crowded: () => boolean
}

/**
 * The bell. It only says "look at this run" or "try this effect"; the rows say whether there is
 * anything to do, and the sweep rings again for whatever was lost. Who rings has just committed,
 * and mostly has a free hand: it begins at once, without asking anybody. What the sweep finds and
 * nobody here can begin becomes a job, for whichever replica has a hand free. So jobs are never
 * retried by the queue, one too many is harmless, and one that was not sent costs two seconds.
 */
export interface Jobs {
  /** What finds no free hand waits for one, here. */
  ringRuns(ids: readonly string[]): void
  ringEffects(ids: readonly string[]): void
  /** What finds no free hand here becomes a job. */
  offerRuns(ids: readonly string[]): void
  offerEffects(ids: readonly string[]): void
  /**
   * Rings when a short wait is over, in milliseconds, where the sweep would come up to two seconds
   * later.
   */
  ringEffectLater(id: string, wait: Millis): void
  /** Stops taking jobs, aborts what is in hand and waits for it, at most 8.5 s. */
  stop(): Promise<void>
}

export async function startJobs({
  databaseUrl,
  log,
  tick,
  perform,
  crowded,
}: JobsDeps): Promise<Jobs> {
  const boss = new PgBoss({
    connectionString: databaseUrl,
    application_name: 'codex-judge jobs',
    max: 6,
    useListenNotify: true,
    schedule: false,
    superviseIntervalSeconds: 1,
    monitorIntervalSeconds: 1,
  })
  boss.on('error', (error) =>
    log.warn({ event: 'jobs', err: error }, 'the job queue reported an error'),
  )
  await boss.start()
  for (const name of [TICK, EFFECT]) {
    // `short`: one queued job a key, whatever is running: ten nudges while one tick is in hand
    // cause one more.
    await boss.createQueue(name, { policy: 'short', ...queue })
    // An older release may have made it otherwise, and the call above changes nothing that is
    // there.
    await boss.updateQueue(name, queue)
  }

  const stopping = new AbortController()
  const ticks = createHands({
    name: TICK,
    atOnce: () => (crowded() ? LOOKS_WHEN_CROWDED : LOOKS_AT_ONCE),
    act: tick,
    log,
    stopping: stopping.signal,
  })
  const tries = createHands({
    name: EFFECT,
    atOnce: () => TRIES_AT_ONCE,
    // A request that has left cannot be taken back: a try is never interrupted.
    act: (id, { stopping: stopped }) => perform(id, stopped).then(() => false),
    log,
    stopping: stopping.signal,
  })
  const listen = (name: string, hands: Hands) =>
    boss.work<{ id: string }>(name, batches, (jobs) => hands.take(jobs.map(({ data }) => data.id)))
  await listen(TICK, ticks)
  await listen(EFFECT, tries)

  // What rings within a moment rings together, and once.
  const ringer = (hands: Hands) => {
    const rung = new Set<string>()
    return (ids: readonly string[]): void => {
      if (stopping.signal.aborted || ids.length === 0) return
      if (rung.size === 0)
        setImmediate(() => {
          const all = [...rung]
          rung.clear()
          hands.give(all)
        })
      for (const id of ids) rung.add(id)
    }
  }
  const offering = (name: string, hands: Hands) => (ids: readonly string[]) => {
    const left = hands.offer(ids)
    if (left.length === 0 || stopping.signal.aborted) return
    boss
      .insert(
        name,
        left.map((id) => ({ data: { id }, singletonKey: id })),
      )
      .catch((error: unknown) =>
        log.debug({ event: 'bell_lost', error: messageOf(error) }, 'the next sweep finds it'),
      )
  }
  const ringEffects = ringer(tries)
  return {
    ringRuns: ringer(ticks),
    ringEffects,
    offerRuns: offering(TICK, ticks),
    offerEffects: offering(EFFECT, tries),
    ringEffectLater: (id, wait) => void setTimeout(() => ringEffects([id]), wait).unref(),
    stop: async () => {
      stopping.abort()
      const stopped = Promise.all([
        boss.stop({ timeout: STOP_MS, graceful: true }),
        ticks.empty(),
        tries.empty(),
      ])
      // What does not heed its signal is left behind: its lease runs out, and whoever takes it over
      // looks first.
      await Promise.race([stopped, delay(STOP_MS + 500, undefined, { ref: false })])
    },
  }
}

const STOP_MS = 8_000
/** They mostly wait for other machines, and each needs a connection now and then. */
const LOOKS_AT_ONCE = 32
/**
 * While many wait at our door to be answered: a sender's patience is short, and a look is only a
 * little later.
 */
const LOOKS_WHEN_CROWDED = 1
/**
 * Among them are questions to models, which take minutes: they must not hold up what takes moments.
 */
const TRIES_AT_ONCE = 128

/**
 * Guards the moment between fetching a bell and hearing it; its handler returns when the work has
 * begun.
 */
const queue = {
  retryLimit: 0,
  heartbeatSeconds: 10,
  expireInSeconds: 600,
  deleteAfterSeconds: 60,
  notify: true,
}
const batches = { batchSize: 32, pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 2 }
