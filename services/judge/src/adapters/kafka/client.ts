import { Kafka, type LogEntry, logLevel } from 'kafkajs'
import type { Logger } from 'pino'

export interface KafkaSettings {
  readonly brokers: readonly string[]
  readonly groupId: string
  readonly completionsTopic: string
  readonly githubTopic: string
  readonly deadLetterTopic: string | null
  readonly ssl: boolean
  readonly sasl: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
    readonly username: string
    readonly password: string
  } | null
}

/** Creates a client of the cluster without connecting. A failed request is retried a few times. */
export function createKafkaClient(
  { brokers, ssl, sasl }: KafkaSettings,
  log: Pick<Logger, 'debug' | 'warn'>,
): Kafka {
  return new Kafka({
    clientId: 'codex-judge',
    brokers: [...brokers],
    ssl,
    ...(sasl === null ? {} : { sasl: toSaslOptions(sasl) }),
    connectionTimeout: 5_000,
    requestTimeout: 30_000,
    retry: { initialRetryTime: 200, maxRetryTime: 3_000, retries: 4 },
    logLevel: logLevel.WARN,
    // Most of the client's errors are retried with success; the consumer logs the final ones.
    logCreator: () => (entry) =>
      log.debug({ event: 'kafka_client', ...toLogFields(entry) }, entry.log.message),
  })
}

const toLogFields = ({ namespace, log }: LogEntry) => ({
  part: namespace,
  ...(typeof log.error === 'string' ? { error: log.error } : {}),
})

type Sasl = NonNullable<KafkaSettings['sasl']>

/** One branch per mechanism, because the client's types are a union by mechanism. */
function toSaslOptions({ mechanism, username, password }: Sasl) {
  switch (mechanism) {
    case 'plain':
      return { mechanism, username, password } as const
    case 'scram-sha-256':
      return { mechanism, username, password } as const
    case 'scram-sha-512':
      return { mechanism, username, password } as const
    default:
      return mechanism satisfies never
  }
}
