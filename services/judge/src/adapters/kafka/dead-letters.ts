import type { Kafka, KafkaMessage, Producer } from 'kafkajs'
import type { Logger } from 'pino'
import { messageOf } from '../../lib/failure.ts'

/** A record nobody could read, and why. */
export interface DeadLetter {
  readonly topic: string
  readonly partition: number
  readonly message: KafkaMessage
  readonly because: string
}

export interface DeadLetters {
  send(letters: readonly DeadLetter[]): Promise<void>
  close(): Promise<void>
}

/** It came in as an extension of a CloudEvent and proves who sent it. */
const credential = /^ce[_-]ingesttoken$/i

/**
 * Sends unreadable records on as they came, with where they lay and what is wrong with them. The
 * quarantine has them already, so a topic that cannot be written is said in the log and holds
 * nobody up.
 */
export function deadLetters(
  kafka: Kafka,
  topic: string | null,
  log: Pick<Logger, 'warn'>,
): DeadLetters {
  let producer: Producer | null = null
  const connected = async (): Promise<Producer> => {
    if (producer !== null) return producer
    const made = kafka.producer({ allowAutoTopicCreation: false, retry: { retries: 1 } })
    await made.connect()
    producer = made
    return made
  }
  return {
    send: async (letters) => {
      if (topic === null || letters.length === 0) return
      try {
        const to = await connected()
        await to.send({ topic, messages: letters.map(letterOf) })
      } catch (error) {
        log.warn(
          { event: 'kafka_dead_letter', topic, records: letters.length, error: messageOf(error) },
          'dead letters were not sent; the quarantine holds them',
        )
      }
    },
    close: async () => {
      await producer?.disconnect()
      producer = null
    },
  }
}

const letterOf = ({ topic, partition, message, because }: DeadLetter) => ({
  key: message.key,
  value: message.value,
  headers: {
    ...Object.fromEntries(
      Object.entries(message.headers ?? {}).filter(([name]) => !credential.test(name)),
    ),
    'codex-judge-error': because,
    'codex-judge-from': `${topic}/${partition}/${message.offset}`,
  },
})
