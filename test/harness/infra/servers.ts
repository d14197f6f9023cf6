import { messageOf } from '../../../services/judge/src/lib/failure.ts'
import { dockerAnswers, inDocker } from './docker.ts'
import { fetchKafka, startKafka } from './kafka.ts'
import { startNats } from './nats.ts'
import { reachable } from './process.ts'
import { s3Login, startS3 } from './s3.ts'

/** A real server for the tests, or why there is none. */
export type Obtained =
  | {
      readonly name: ServerName
      readonly address: string
      /** For people: which product, from where. */
      readonly how: string
      close(): Promise<void>
    }
  | { readonly name: ServerName; readonly because: string }

export const serverNames = ['KAFKA', 'S3', 'NATS'] as const
export type ServerName = (typeof serverNames)[number]

interface Ways {
  /** `host:port` of an address as the tests take it. */
  readonly at: (address: string) => string
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

const without = (address: string): string =>
  address.replace(/^[a-z0-9]+:\/\//, '').replace(/\/$/, '')

const ways: Readonly<Record<ServerName, Ways>> = {
  KAFKA: {
    at: (address) => address,
    docker: async () => {
      const server = await inDocker({
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
    at: without,
    docker: async () => {
      const server = await inDocker({
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
    at: without,
    docker: async () => {
      const server = await inDocker({ image: 'nats:2.12', port: 4222, command: ['-js'] })
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
 * One real server: the one that `TEST_KAFKA`, `TEST_S3` or `TEST_NATS` names, else in Docker where
 * an engine answers, else by the machine's own packages. Never rejects: what cannot be had is said.
 */
export async function obtain(name: ServerName, named: string | undefined): Promise<Obtained> {
  const { at, docker, packages } = ways[name]
  if (named !== undefined) {
    if (await reachable(at(named)))
      return { name, address: named, how: `named by TEST_${name}`, close: async () => {} }
    return { name, because: `nobody listens at ${named}, which TEST_${name} names` }
  }
  const faults: string[] = []
  if (await dockerAnswers()) {
    try {
      return { name, ...(await docker()) }
    } catch (error) {
      faults.push(`Docker: ${messageOf(error)}`)
    }
  } else faults.push('no Docker engine answers')
  try {
    return { name, ...(await packages()) }
  } catch (error) {
    return { name, because: [...faults, messageOf(error)].join('; ').replaceAll('\n', ' ') }
  }
}
