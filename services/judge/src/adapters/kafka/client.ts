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

/**
 * A client of the cluster. Nothing is connected yet; what goes wrong is tried again a few times and
 * then told.
 */
export function kafkaClient(
  { brokers, ssl, sasl }: KafkaSettings,
  log: Pick<Logger, 'debug' | 'warn'>,
): Kafka {
  return new Kafka({
    clientId: 'codex-judge',
    brokers: [...brokers],
    ssl,
    ...(sasl === null ? {} : { sasl: loginOf(sasl) }),
    connectionTimeout: 5_000,
    requestTimeout: 30_000,
    retry: { initialRetryTime: 200, maxRetryTime: 3_000, retries: 4 },
    logLevel: logLevel.WARN,
    // What it calls errors it mostly repeats with success; whoever gives up says so in our own
    // words.
    logCreator: () => (entry) =>
      log.debug({ event: 'kafka_client', ...described(entry) }, entry.log.message),
  })
}

const described = ({ namespace, log }: LogEntry) => ({
  part: namespace,
  ...(typeof log.error === 'string' ? { error: log.error } : {}),
})

type Sasl = NonNullable<KafkaSettings['sasl']>

/** One branch for each mechanism, because the client's types know each by its own name. */
function loginOf({ mechanism, username, password }: Sasl) {
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
