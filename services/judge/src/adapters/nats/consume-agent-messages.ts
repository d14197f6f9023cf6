import { setTimeout as delay } from 'node:timers/promises'
import {
  AckPolicy,
  type Consumer,
  DeliverPolicy,
  type JsMsg,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
} from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import type { Logger } from 'pino'
import type { StoreAgentMessages } from '../../ingest/nats/store-agent-messages.ts'
import type { CallWatch } from '../../lib/call-watch.ts'
import { getErrorMessage } from '../../lib/failure.ts'
import type { Millis } from '../../lib/instant.ts'
import { toNatsFailure } from './to-nats-failure.ts'

export interface NatsSettings {
  readonly url: string
  readonly login: { readonly user: string; readonly password: string } | null
}

interface NatsDeps {
  readonly settings: NatsSettings
  readonly store: StoreAgentMessages
  readonly log: Pick<Logger, 'debug' | 'info' | 'warn'>
  /** Notes when messages were fetched, and why they could not be. */
  readonly watch: CallWatch
}

export const STREAM_NAME = 'agent-comms'
const DURABLE_NAME = 'codex-judge-agent-comms'
const subjects = ['argo.workflow.*.*.*.agent.*.*', 'argo.workflow.general.*']
/** A message has at most a mebibyte where the server keeps its default, and all are in memory. */
const BATCH_SIZE = 50
/** The wait before a batch that could not be stored is redelivered. */
const REDELIVER_AFTER_MS: Millis = 1_000
const reconnectDelay: { readonly first: Millis; readonly max: Millis } = { first: 500, max: 15_000 }

/**
 * Consumes the messages of agents from JetStream until `stop`. A message is acknowledged only after
 * it was stored, and all replicas share one durable consumer. An unavailable server, stream or
 * database is logged and retried.
 */
export function consumeAgentMessages(deps: NatsDeps): {
  /** Why messages are not stored, although NATS delivers them; null: they are. */
  findHold(): string | null
  stop(): Promise<void>
} {
  const { log, watch } = deps
  const stopping = new AbortController()
  let held: string | null = null
  let isReported = false
  const superviseConsumer = async (): Promise<void> => {
    for (let failures = 0; !stopping.signal.aborted; failures += 1) {
      try {
        await consumeOnce(deps, stopping.signal, (because) => {
          held = because
          failures = 0
          isReported = false
          watch.noteAnswer(consuming)
        })
      } catch (error) {
        held = null
        const failure = toNatsFailure(error)
        if (!stopping.signal.aborted) await watch.noteFailure(consuming, failure)
        // A refusal was reported by the watch, and a warning once is enough while it is retried.
        const level = isReported || failure.kind === 'forbidden' ? 'debug' : 'warn'
        isReported = true
        log[level](
          { event: 'nats_unavailable', error: failure.message },
          'agent messages cannot be consumed; retrying',
        )
      }
      await delay(Math.min(reconnectDelay.max, reconnectDelay.first * 2 ** failures), undefined, {
        signal: stopping.signal,
      }).catch(() => {})
    }
  }
  const finished = superviseConsumer()
  return {
    findHold: () => held,
    stop: async () => {
      stopping.abort()
      await finished
    },
  }
}

const consuming = { operation: 'consume' } as const

/** Connects once; the caller decides about reconnecting, and recreates what it consumed. */
export const connectNats = ({ url, login }: NatsSettings): Promise<NatsConnection> =>
  connect({
    servers: url,
    name: 'codex-judge',
    ...(login === null ? {} : { user: login.user, pass: login.password }),
    timeout: 5_000,
    reconnect: false,
  })

async function consumeOnce(
  { settings, store, log }: NatsDeps,
  stopping: AbortSignal,
  onFetched: (held: string | null) => void,
): Promise<void> {
  const connection = await connectNats(settings)
  try {
    const consumer = await ensureConsumer(connection)
    log.info(
      { event: 'nats_consuming', stream: STREAM_NAME, durable: DURABLE_NAME },
      'consuming agent messages',
    )
    while (!stopping.aborted) {
      const batch = await fetchBatch(consumer)
      onFetched(null)
      if (batch.length === 0) continue
      const storeError = await store(batch.map(toInboundMessage)).then(() => null, getErrorMessage)
      // Messages that could not be stored are redelivered soon, not only after the acknowledgement
      // time-out.
      for (const message of batch) {
        if (storeError === null) message.ack()
        else message.nak(REDELIVER_AFTER_MS)
      }
      await connection.flush()
      if (storeError === null) continue
      onFetched(storeError)
      log.warn(
        { event: 'nats_held', messages: batch.length, error: storeError },
        'agent messages cannot be stored; they will be redelivered',
      )
      await delay(REDELIVER_AFTER_MS, undefined, { signal: stopping }).catch(() => {})
    }
  } finally {
    await connection.close().catch(() => undefined)
  }
}

/** The timestamp distinguishes a recreated stream, whose sequence numbers start again. */
const toInboundMessage = ({ subject, data, info }: JsMsg) => ({
  subject,
  body: data,
  place: `nats:${info.stream}:${info.streamSequence}:${info.timestampNanos}`,
})

/**
 * Fetches up to 50 messages within a second. The loop must run to its end, because messages after
 * an early exit would stay unacknowledged.
 */
async function fetchBatch(consumer: Consumer): Promise<readonly JsMsg[]> {
  const messages: JsMsg[] = []
  for await (const message of await consumer.fetch({ max_messages: BATCH_SIZE, expires: 1_000 }))
    messages.push(message)
  return messages
}

/** Gets the durable consumer. It and the stream are created if they do not exist. */
async function ensureConsumer(connection: NatsConnection): Promise<Consumer> {
  const manager = await jetstreamManager(connection, { timeout: 5_000 })
  await manager.streams.info(STREAM_NAME).catch(async () => {
    await manager.streams.add({
      name: STREAM_NAME,
      subjects,
      retention: RetentionPolicy.Limits,
      max_age: MAX_AGE_NS,
    })
  })
  await manager.consumers.info(STREAM_NAME, DURABLE_NAME).catch(async () => {
    await manager.consumers.add(STREAM_NAME, {
      durable_name: DURABLE_NAME,
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      ack_wait: 60_000_000_000,
      max_ack_pending: 2_000,
    })
  })
  return jetstream(connection).consumers.get(STREAM_NAME, DURABLE_NAME)
}

const MAX_AGE_NS = 7 * 24 * 60 * 60 * 1_000_000_000
