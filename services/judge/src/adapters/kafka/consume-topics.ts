import { setTimeout as delay } from 'node:timers/promises'
import type { Admin, Kafka } from 'kafkajs'
import type { Logger } from 'pino'
import type { Consume } from '../../ingest/kafka/consume.ts'
import type { CallWatch } from '../../lib/call-watch.ts'
import { getErrorMessage } from '../../lib/failure.ts'
import type { Millis } from '../../lib/instant.ts'
import { createKafkaClient, type KafkaSettings } from './client.ts'
import { createDeadLetters } from './dead-letters.ts'
import { measureLag } from './measure-lag.ts'
import { takeBatch } from './take-batch.ts'
import { toKafkaFailure } from './to-kafka-failure.ts'

interface KafkaDeps {
  readonly settings: KafkaSettings
  readonly consume: Consume
  readonly log: Pick<Logger, 'debug' | 'info' | 'warn'>
  /** Notes when the group was joined, and why it could not be. */
  readonly watch: CallWatch
  /** Called now and then with the number of records of a topic that are still to be consumed. */
  readonly onLag: (topic: string, records: number) => void
  /**
   * Without a heartbeat for so long, a member loses its partitions to the others; default: 15 s.
   */
  readonly sessionTimeout?: Millis
}

export interface KafkaConsumer {
  /** Why a partition is not consumed, although Kafka answers; null: all are. */
  findHold(): string | null
  /**
   * Stops consuming, finishes the current transaction and leaves the group, so that another replica
   * takes over at once.
   */
  stop(): Promise<void>
}

const restartDelay: { readonly first: Millis; readonly max: Millis } = { first: 1_000, max: 30_000 }
const LAG_EVERY_MS: Millis = 10_000
/** A cluster that does not answer must not block the stop; unfinished records are redelivered. */
const LEAVE_TIMEOUT_MS: Millis = 8_000
const SESSION_TIMEOUT_MS: Millis = 15_000

/**
 * Consumes the topics until `stop`. An unavailable cluster or a missing topic is logged and retried
 * without end. The library's own restart is off, because this function rebuilds everything after
 * any crash.
 */
export function consumeTopics(deps: KafkaDeps): KafkaConsumer {
  const { settings, log } = deps
  const stopping = new AbortController()
  const held = new Map<string, string>()
  let isReported = false
  const superviseConsumer = async (): Promise<void> => {
    for (let failures = 0; !stopping.signal.aborted; failures += 1) {
      const startedAt = performance.now()
      try {
        await consumeOnce(deps, {
          stopping: stopping.signal,
          held,
          onJoined: () => {
            isReported = false
            deps.watch.noteAnswer(consuming)
          },
        })
      } catch (error) {
        const failure = toKafkaFailure(error)
        if (!stopping.signal.aborted) await deps.watch.noteFailure(consuming, failure)
        // A refusal was reported by the watch, and a warning once is enough while it is retried.
        const level = isReported || failure.kind === 'forbidden' ? 'debug' : 'warn'
        isReported = true
        log[level](
          { event: 'kafka_unavailable', error: failure.message },
          'Kafka cannot be consumed; retrying',
        )
      }
      if (performance.now() - startedAt > restartDelay.max) failures = 0
      await delay(Math.min(restartDelay.max, restartDelay.first * 2 ** failures), undefined, {
        signal: stopping.signal,
      }).catch(() => {})
    }
  }
  const finished = superviseConsumer()
  return {
    findHold: () => [...held.values()][0] ?? null,
    stop: async () => {
      log.debug({ event: 'kafka_stopping', group: settings.groupId }, 'leaving the consumer group')
      stopping.abort()
      await Promise.race([finished, delay(LEAVE_TIMEOUT_MS, undefined, { ref: false })])
    },
  }
}

const consuming = { operation: 'consume' } as const

interface ConsumeContext {
  readonly stopping: AbortSignal
  /** Why a partition is not consumed, by topic and partition. */
  readonly held: Map<string, string>
  readonly onJoined: () => void
}

/**
 * Runs one consumer from connecting to its end. It rejects after a crash and resolves at a stop, or
 * when a missing topic has been created.
 */
async function consumeOnce(
  deps: KafkaDeps,
  { stopping, held, onJoined }: ConsumeContext,
): Promise<void> {
  const { settings, log } = deps
  const kafka = createKafkaClient(settings, log)
  const admin = kafka.admin()
  const letters = createDeadLetters(kafka, settings.deadLetterTopic, log)
  const crashed = Promise.withResolvers<never>()
  const consumer = kafka.consumer({
    groupId: settings.groupId,
    sessionTimeout: deps.sessionTimeout ?? SESSION_TIMEOUT_MS,
    rebalanceTimeout: 30_000,
    heartbeatInterval: 1_000,
    maxWaitTimeInMs: 1_000,
    allowAutoTopicCreation: false,
    retry: {
      initialRetryTime: 200,
      maxRetryTime: 3_000,
      retries: 4,
      restartOnFailure: async () => false,
    },
  })
  // The consumer may crash before the promise is awaited.
  crashed.promise.catch(() => {})
  consumer.on(consumer.events.CRASH, ({ payload }) => crashed.reject(payload.error))
  consumer.on(consumer.events.GROUP_JOIN, onJoined)
  try {
    await admin.connect()
    const topics = await findTopics(admin, settings)
    await consumer.connect()
    await consumer.subscribe({ topics: [...topics.existing], fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 3,
      eachBatch: (payload) =>
        takeBatch(payload, {
          consume: deps.consume,
          letters,
          log,
          stopping,
          onHold: (because) => {
            const { topic, partition } = payload.batch
            if (because === null) held.delete(`${topic}/${partition}`)
            else held.set(`${topic}/${partition}`, because)
          },
        }),
    })
    log.info(
      { event: 'kafka_consuming', group: settings.groupId, ...topics },
      'consuming from Kafka',
    )
    await Promise.race([crashed.promise, watchTopics({ ...deps, admin, topics, stopping })])
  } finally {
    held.clear()
    await Promise.allSettled([consumer.disconnect(), letters.close(), admin.disconnect()])
  }
}

interface FoundTopics {
  readonly existing: readonly string[]
  readonly missing: readonly string[]
}

/** Finds which of the two topics exist. One can be consumed while the other is missing. */
async function findTopics(admin: Admin, settings: KafkaSettings): Promise<FoundTopics> {
  const wanted = [...new Set([settings.completionsTopic, settings.githubTopic])]
  const listed = new Set(await admin.listTopics())
  const existing = wanted.filter((topic) => listed.has(topic))
  if (existing.length === 0)
    throw new Error(`no topic exists of ${wanted.join(' and ')}: create it, or check its name`)
  return { existing, missing: wanted.filter((topic) => !listed.has(topic)) }
}

interface WatchContext extends KafkaDeps {
  readonly admin: ReturnType<Kafka['admin']>
  readonly topics: FoundTopics
  readonly stopping: AbortSignal
}

/**
 * Measures the lag periodically. It resolves when the consumer must end: at a stop, or to restart
 * with a topic that was missing.
 */
async function watchTopics({
  admin,
  topics,
  settings,
  log,
  onLag,
  watch,
  stopping,
}: WatchContext): Promise<void> {
  while (!stopping.aborted) {
    try {
      for (const [topic, lag] of await measureLag(admin, {
        groupId: settings.groupId,
        topics: topics.existing,
      }))
        onLag(topic, lag)
      watch.noteAnswer(consuming)
      if (
        topics.missing.length > 0 &&
        (await findTopics(admin, settings)).missing.length < topics.missing.length
      )
        return
    } catch (error) {
      log.debug(
        { event: 'kafka_lag_unknown', error: getErrorMessage(error) },
        'the lag could not be measured',
      )
    }
    await delay(LAG_EVERY_MS, undefined, { signal: stopping }).catch(() => {})
  }
}
