import { PgBoss } from 'pg-boss'
import type { Logger } from 'pino'
import { messageOf } from '../lib/failure.ts'

const TICK = 'tick'
const EFFECT = 'effect'

interface JobsDeps {
  readonly databaseUrl: string
  readonly log: Logger
  readonly tick: (runId: string, signal: AbortSignal) => Promise<void>
  readonly perform: (effectId: string, signal: AbortSignal) => Promise<void>
}

/**
 * The bell. A job only says "look at this run" or "try this effect"; the rows say whether there is anything to do, and the sweep
 * rings again for whatever was lost. So jobs are never retried by the queue, a job too many is harmless, and a job that was not
 * sent costs two seconds.
 */
export interface Jobs {
  ringRuns(ids: readonly string[]): void
  ringEffects(ids: readonly string[]): void
  /** Stops taking jobs, aborts what is in hand and waits for it, at most 8 s. */
  stop(): Promise<void>
}

export async function startJobs({ databaseUrl, log, tick, perform }: JobsDeps): Promise<Jobs> {
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
  const inHand = new Set<Promise<void>>()
  const answer = (name: string, act: (id: string, signal: AbortSignal) => Promise<void>) =>
    boss.work<{ id: string }>(
      name,
      { batchSize: AT_ONCE, pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 2 },
      async (jobs) => {
        for (const { data } of jobs) {
          while (inHand.size >= AT_ONCE) await Promise.race(inHand)
          if (stopping.signal.aborted) return
          const done = act(data.id, stopping.signal)
            .catch((error: unknown) =>
              // The row still says that it is due, so the sweep comes back to it: a look that fails loses nothing.
              log.warn(
                { event: 'job_failed', job: name, id: data.id, error: messageOf(error) },
                `${name} failed: ${messageOf(error)}`,
              ),
            )
            .finally(() => inHand.delete(done))
          inHand.add(done)
        }
        // The bell has been heard. Who works on what is said by the leases of the rows, and a slow look must not hold up others.
      },
    )
  await answer(TICK, tick)
  await answer(EFFECT, perform)

  const ring = (name: string, ids: readonly string[]) => {
    if (stopping.signal.aborted || ids.length === 0) return
    const jobs = [...new Set(ids)].sort().map((id) => ({ data: { id }, singletonKey: id }))
    boss
      .insert(name, jobs)
      .catch((error: unknown) => log.debug({ event: 'bell_lost', error: messageOf(error) }, 'the sweep will find it'))
  }
  return {
    ringRuns: (ids) => ring(TICK, ids),
    ringEffects: (ids) => ring(EFFECT, ids),
    stop: async () => {
      stopping.abort()
      await boss.stop({ timeout: 8000, graceful: true })
      await Promise.allSettled([...inHand])
    },
  }
}

/** Looks and tries in hand at once: they mostly wait for other machines, and each needs a connection now and then. */
const AT_ONCE = 32
