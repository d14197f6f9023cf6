import type { Kafka, KafkaMessage, Producer } from 'kafkajs'
import type { Logger } from 'pino'
import { getErrorMessage } from '../../lib/failure.ts'

/** A record that could not be parsed, and why. */
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

/** The token of the sender, an extension attribute of a CloudEvent. */
const credentialHeader = /^ce[_-]ingesttoken$/i

/**
 * Sends unreadable records to the dead letter topic unchanged, with their position and the error.
 * They are already in the quarantine, so a failure to send them is only logged.
 */
export function createDeadLetters(
  kafka: Kafka,
  topic: string | null,
  log: Pick<Logger, 'warn'>,
): DeadLetters {
  let producer: Producer | null = null
  const connect = async (): Promise<Producer> => {
    if (producer !== null) return producer
    const created = kafka.producer({ allowAutoTopicCreation: false, retry: { retries: 1 } })
    await created.connect()
    producer = created
    return created
  }
  return {
    send: async (letters) => {
      if (topic === null || letters.length === 0) return
      try {
        const connected = await connect()
        await connected.send({ topic, messages: letters.map(toDeadLetterMessage) })
      } catch (error) {
        log.warn(
          {
            event: 'kafka_dead_letters_not_sent',
            topic,
            records: letters.length,
            error: getErrorMessage(error),
          },
          'dead letters were not sent; the quarantine has them',
        )
      }
    },
    close: async () => {
      await producer?.disconnect()
      producer = null
    },
  }
}

const toDeadLetterMessage = ({ topic, partition, message, because }: DeadLetter) => ({
  key: message.key,
  value: message.value,
  headers: {
    ...Object.fromEntries(
      Object.entries(message.headers ?? {}).filter(([name]) => !credentialHeader.test(name)),
    ),
    'codex-judge-error': because,
    'codex-judge-from': `${topic}/${partition}/${message.offset}`,
  },
})
