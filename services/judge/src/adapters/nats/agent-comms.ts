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
import type { TakeAgentMessages } from '../../ingest/nats/take-agent-messages.ts'
import { messageOf } from '../../lib/failure.ts'
import type { Millis } from '../../lib/instant.ts'

interface NatsDeps {
  readonly settings: {
    readonly url: string
    readonly login: { readonly user: string; readonly password: string } | null
  }
  readonly take: TakeAgentMessages
  readonly log: Pick<Logger, 'info' | 'warn'>
}

const STREAM = 'agent-comms'
const DURABLE = 'codex-judge-agent-comms'
const SUBJECTS = ['argo.workflow.*.*.*.agent.*.*', 'argo.workflow.general.*']
const AT_ONCE = 200
/** How long a batch waits that Postgres could not take. */
const HELD: Millis = 1_000
const AGAIN: { readonly first: Millis; readonly most: Millis } = { first: 500, most: 15_000 }

/**
 * Consumes what agents say from JetStream, for as long as the service runs. A message is
 * acknowledged only after Postgres has it; all replicas share the one durable consumer. A server, a
 * stream or a database that is away is said, and tried again.
 */
export function consumeAgentComms({ settings, take, log }: NatsDeps): {
  state(): string
  stop(): Promise<void>
} {
  const stopping = new AbortController()
  let state = 'connecting'
  const supervised = async (): Promise<void> => {
    for (let fails = 0; !stopping.signal.aborted; fails += 1) {
      try {
        await consumeOnce({ settings, take, log }, stopping.signal, (now) => {
          state = now
          fails = 0
        })
      } catch (error) {
        state = `away: ${messageOf(error)}`
        log.warn(
          { event: 'nats_away', error: messageOf(error) },
          'agent messages cannot be consumed; it is tried again',
        )
      }
      await delay(Math.min(AGAIN.most, AGAIN.first * 2 ** fails), undefined, {
        signal: stopping.signal,
      }).catch(() => {})
    }
  }
  const done = supervised()
  return {
    state: () => state,
    stop: async () => {
      stopping.abort()
      await done
    },
  }
}

async function consumeOnce(
  { settings, take, log }: NatsDeps,
  stopping: AbortSignal,
  told: (state: string) => void,
): Promise<void> {
  const connection = await connect({
    servers: settings.url,
    name: 'codex-judge',
    ...(settings.login === null
      ? {}
      : { user: settings.login.user, pass: settings.login.password }),
    timeout: 5_000,
    // Whoever holds the connection makes it anew, with all that hangs on it.
    reconnect: false,
  })
  try {
    const consumer = await durable(connection)
    log.info(
      { event: 'nats_consuming', stream: STREAM, durable: DURABLE },
      'consuming agent messages',
    )
    while (!stopping.aborted) {
      const batch = await fetched(consumer)
      told('ok')
      if (batch.length === 0) continue
      const refused = await take(batch.map(saidBy)).then(() => null, messageOf)
      // What could not be put on disk is asked for again soon, not only when its time to be
      // acknowledged is over.
      for (const message of batch) {
        if (refused === null) message.ack()
        else message.nak(HELD)
      }
      await connection.flush()
      if (refused === null) continue
      told(`held: ${refused}`)
      log.warn(
        { event: 'nats_held', messages: batch.length, error: refused },
        'agent messages cannot be put on disk',
      )
      await delay(HELD, undefined, { signal: stopping }).catch(() => {})
    }
  } finally {
    await connection.close().catch(() => undefined)
  }
}

/**
 * When it was published tells a stream made anew from the one before, whose numbers were the same.
 */
const saidBy = ({ subject, data, info }: JsMsg) => ({
  subject,
  body: data,
  place: `nats:${info.stream}:${info.streamSequence}:${info.timestampNanos}`,
})

/**
 * What comes within a second, or two hundred messages: a round that is left early would leave
 * others in nobody's hands.
 */
async function fetched(consumer: Consumer): Promise<readonly JsMsg[]> {
  const messages: JsMsg[] = []
  for await (const message of await consumer.fetch({ max_messages: AT_ONCE, expires: 1_000 }))
    messages.push(message)
  return messages
}

/**
 * The durable consumer, made where it is missing, as is the stream: on a server of their own nobody
 * else makes them.
 */
async function durable(connection: NatsConnection): Promise<Consumer> {
  const manager = await jetstreamManager(connection, { timeout: 5_000 })
  await manager.streams.info(STREAM).catch(async () => {
    await manager.streams.add({
      name: STREAM,
      subjects: SUBJECTS,
      retention: RetentionPolicy.Limits,
      max_age: week,
    })
  })
  await manager.consumers.info(STREAM, DURABLE).catch(async () => {
    await manager.consumers.add(STREAM, {
      durable_name: DURABLE,
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      ack_wait: 60_000_000_000,
      max_ack_pending: 2_000,
    })
  })
  return jetstream(connection).consumers.get(STREAM, DURABLE)
}

/** In nanoseconds, as JetStream counts. */
const week = 7 * 24 * 60 * 60 * 1_000_000_000
