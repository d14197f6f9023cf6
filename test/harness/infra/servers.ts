import { getErrorMessage } from '../../../services/judge/src/lib/failure.ts'
import { isDockerAvailable, startInDocker } from './docker.ts'
import { fetchKafka, startKafka } from './kafka.ts'
import { startNats } from './nats.ts'
import { isReachable } from './process.ts'
import { s3Login, startS3 } from './s3.ts'

/** A real server for the tests, or the reason why there is none. */
export type ObtainedServer =
  | {
      readonly name: ServerName
      readonly address: string
      /** The product and its source, as text. */
      readonly how: string
      close(): Promise<void>
    }
  | { readonly name: ServerName; readonly because: string }

export const serverNames = ['KAFKA', 'S3', 'NATS'] as const
export type ServerName = (typeof serverNames)[number]

interface ServerSources {
  /** The `host:port` of an address. */
  readonly toHostPort: (address: string) => string
  readonly docker: () => Promise<{
    readonly address: string
    readonly how: string
    close(): Promise<void>
  }>
  readonly packages: () => Promise<{
    readonly address: string
    readonly how: string
    close(): Promise<void>
  }>
}

const stripScheme = (address: string): string =>
  address.replace(/^[a-z0-9]+:\/\//, '').replace(/\/$/, '')

const serverSources: Readonly<Record<ServerName, ServerSources>> = {
  KAFKA: {
    toHostPort: (address) => address,
    docker: async () => {
      const server = await startInDocker({
        image: 'apache/kafka:3.9.1',
        port: 9092,
        env: (port) => ({
          KAFKA_NODE_ID: '1',
          KAFKA_PROCESS_ROLES: 'broker,controller',
          KAFKA_LISTENERS: 'CLIENTS://:9092,CONTROLLER://:9093',
          KAFKA_ADVERTISED_LISTENERS: `CLIENTS://127.0.0.1:${port}`,
          KAFKA_INTER_BROKER_LISTENER_NAME: 'CLIENTS',
          KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
          KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT',
          KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
          KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
          KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
          KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
          KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
          KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS: '1000',
          KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
        }),
      })
      return { ...server, how: 'Apache Kafka 3.9.1 in Docker' }
    },
    packages: async () => {
      await fetchKafka()
      return { ...(await startKafka()), how: 'Apache Kafka 3.9.2 from Maven Central' }
    },
  },
  S3: {
    toHostPort: stripScheme,
    docker: async () => {
      const server = await startInDocker({
        image: 'minio/minio:latest',
        port: 9000,
        env: () => ({ MINIO_ROOT_USER: s3Login.accessKey, MINIO_ROOT_PASSWORD: s3Login.secretKey }),
        command: ['server', '/data'],
      })
      return { address: `http://${server.address}`, close: server.close, how: 'MinIO in Docker' }
    },
    packages: async () => {
      const server = await startS3()
      return { ...server, how: server.product }
    },
  },
  NATS: {
    toHostPort: stripScheme,
    docker: async () => {
      const server = await startInDocker({ image: 'nats:2.12', port: 4222, command: ['-js'] })
      return {
        address: `nats://${server.address}`,
        close: server.close,
        how: 'nats-server in Docker',
      }
    },
    packages: async () => ({ ...(await startNats()), how: 'nats-server' }),
  },
}

/**
 * Obtains a real server: the one in `TEST_KAFKA`, `TEST_S3` or `TEST_NATS`, else one in Docker,
 * else one from the machine's packages. Never rejects; without a server the result says why.
 */
export async function obtainServer(
  name: ServerName,
  named: string | undefined,
): Promise<ObtainedServer> {
  const { toHostPort, docker, packages } = serverSources[name]
  if (named !== undefined) {
    if (await isReachable(toHostPort(named)))
      return { name, address: named, how: `set by TEST_${name}`, close: async () => {} }
    return { name, because: `TEST_${name} is ${named}, but no server answers there` }
  }
  const faults: string[] = []
  if (await isDockerAvailable()) {
    try {
      return { name, ...(await docker()) }
    } catch (error) {
      faults.push(`Docker: ${getErrorMessage(error)}`)
    }
  } else faults.push('no Docker engine answers')
  try {
    return { name, ...(await packages()) }
  } catch (error) {
    return { name, because: [...faults, getErrorMessage(error)].join('; ').replaceAll('\n', ' ') }
  }
}
