import { setTimeout as delay } from 'node:timers/promises'
import type { Admin, Kafka } from 'kafkajs'
import type { Logger } from 'pino'
import type { Consume } from '../../ingest/kafka/consume.ts'
import { messageOf } from '../../lib/failure.ts'
import type { Millis } from '../../lib/instant.ts'
import { type KafkaSettings, kafkaClient } from './client.ts'
import { deadLetters } from './dead-letters.ts'
import { lagOf } from './lag.ts'
import { takeBatch } from './take-batch.ts'

interface KafkaDeps {
  readonly settings: KafkaSettings
  readonly consume: Consume
  readonly log: Pick<Logger, 'debug' | 'info' | 'warn'>
  /** Told from time to time how much of a topic is still to be taken. */
  readonly lags: (topic: string, records: number) => void
  /** How long a member may be silent before the others take over its partitions. */
  readonly session?: Millis
}

export interface KafkaConsumer {
  /** How it stands, without asking: `ok`, `away: …`, `held: …`. */
  state(): string
  /**
   * Takes no more, finishes the transaction in hand and leaves the group, so that another replica
   * takes over at once.
   */
  stop(): Promise<void>
}

const AGAIN: { readonly first: Millis; readonly most: Millis } = { first: 1_000, most: 30_000 }
const WATCH_EVERY: Millis = 10_000
/**
 * A cluster that does not answer must not keep the service from stopping; what is in hand is then
 * delivered again.
 */
const LEAVING: Millis = 8_000
const SESSION: Millis = 15_000

/**
 * Consumes the topics for as long as the service runs. It never gives up and never stops the
 * service: a cluster that is away, or a topic that is not there yet, is said and tried again. The
 * library's own restart is off, because everything is made anew here after a crash of any kind.
 */
export function consumeTopics(deps: KafkaDeps): KafkaConsumer {
  const { settings, log } = deps
  const stopping = new AbortController()
  const status = { connection: 'connecting', held: new Map<string, string>() }
  const supervised = async (): Promise<void> => {
    for (let fails = 0; !stopping.signal.aborted; fails += 1) {
      const began = performance.now()
      try {
        await consumeOnce(deps, { stopping: stopping.signal, status })
      } catch (error) {
        status.connection = `away: ${messageOf(error)}`
        log.warn(
          { event: 'kafka_away', error: messageOf(error) },
          'Kafka cannot be consumed; it is tried again',
        )
      }
      if (performance.now() - began > AGAIN.most) fails = 0
      await delay(Math.min(AGAIN.most, AGAIN.first * 2 ** fails), undefined, {
        signal: stopping.signal,
      }).catch(() => {})
    }
  }
  const done = supervised()
  return {
    state: () => {
      const [held] = status.held.values()
      return held === undefined ? status.connection : `held: ${held}`
    },
    stop: async () => {
      log.debug({ event: 'kafka_stopping', group: settings.groupId }, 'leaving the consumer group')
      stopping.abort()
      await Promise.race([done, delay(LEAVING, undefined, { ref: false })])
    },
  }
}

interface Supervised {
  readonly stopping: AbortSignal
  readonly status: { connection: string; readonly held: Map<string, string> }
}

/**
 * From connecting to the end of one consumer: a crash rejects; a stop, or a topic that has come to
 * be, resolves.
 */
async function consumeOnce(deps: KafkaDeps, { stopping, status }: Supervised): Promise<void> {
  const { settings, log } = deps
  const kafka = kafkaClient(settings, log)
  const admin = kafka.admin()
  const letters = deadLetters(kafka, settings.deadLetterTopic, log)
  const crashed = Promise.withResolvers<never>()
  const consumer = kafka.consumer({
    groupId: settings.groupId,
    sessionTimeout: deps.session ?? SESSION,
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
  // Nobody may be listening yet when it crashes.
  crashed.promise.catch(() => {})
  consumer.on(consumer.events.CRASH, ({ payload }) => crashed.reject(payload.error))
  consumer.on(consumer.events.GROUP_JOIN, () => {
    status.connection = 'ok'
  })
  try {
    await admin.connect()
    const topics = await topicsThere(admin, settings)
    await consumer.connect()
    await consumer.subscribe({ topics: [...topics.there], fromBeginning: true })
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
          holding: (because) => {
            const { topic, partition } = payload.batch
            if (because === null) status.held.delete(`${topic}/${partition}`)
            else status.held.set(`${topic}/${partition}`, because)
          },
        }),
    })
    log.info(
      { event: 'kafka_consuming', group: settings.groupId, ...topics },
      'consuming from Kafka',
    )
    await Promise.race([crashed.promise, watch({ ...deps, admin, topics, stopping })])
  } finally {
    status.held.clear()
    await Promise.allSettled([consumer.disconnect(), letters.close(), admin.disconnect()])
  }
}

interface Topics {
  readonly there: readonly string[]
  readonly missing: readonly string[]
}

/**
 * Of the topics we are to consume, those that exist: one that is missing must not keep us from the
 * other.
 */
async function topicsThere(admin: Admin, settings: KafkaSettings): Promise<Topics> {
  const wanted = [...new Set([settings.completionsTopic, settings.githubTopic])]
  const existing = new Set(await admin.listTopics())
  const there = wanted.filter((topic) => existing.has(topic))
  if (there.length === 0) throw new Error(`there is no topic ${wanted.join(' or ')}`)
  return { there, missing: wanted.filter((topic) => !existing.has(topic)) }
}

interface Watched extends KafkaDeps {
  readonly admin: ReturnType<Kafka['admin']>
  readonly topics: Topics
  readonly stopping: AbortSignal
}

/**
 * Measures the lag now and then. Resolves when the consumer is to end: at a stop, or to begin anew
 * with a topic that was missing.
 */
async function watch({ admin, topics, settings, log, lags, stopping }: Watched): Promise<void> {
  while (!stopping.aborted) {
    try {
      for (const [topic, lag] of await lagOf(admin, {
        groupId: settings.groupId,
        topics: topics.there,
      }))
        lags(topic, lag)
      if (
        topics.missing.length > 0 &&
        (await topicsThere(admin, settings)).missing.length < topics.missing.length
      )
        return
    } catch (error) {
      log.debug({ event: 'kafka_lag', error: messageOf(error) }, 'the lag could not be measured')
    }
    await delay(WATCH_EVERY, undefined, { signal: stopping }).catch(() => {})
  }
}
