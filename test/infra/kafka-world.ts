import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Kafka, type KafkaConfig, logLevel, Partitioners } from 'kafkajs'
import { onTestFinished } from 'vitest'
import { measureLag } from '../../services/judge/src/adapters/kafka/measure-lag.ts'
import { openDatabase } from '../../services/judge/src/adapters/postgres/database.ts'
import { createTestDatabase } from '../harness/database.ts'

/** Topics of three partitions and a consumer group, all of them for one test. */
export interface Topics {
  readonly brokers: string
  readonly completions: string
  readonly github: string
  readonly deadLetters: string
  readonly group: string
  readonly send: (topic: string, messages: readonly SentMessage[]) => Promise<void>
  readonly read: (topic: string, count: number) => Promise<readonly ReceivedMessage[]>
  /** The committed offset of the group, by partition. */
  readonly committed: (topic: string) => Promise<readonly number[]>
  /** The lag of the group, as the service measures it. */
  readonly lag: (topic: string) => Promise<number | undefined>
  /** Resets the group to the beginning of the topic. The group must have no members. */
  readonly rewind: (topic: string) => Promise<void>
}

export interface SentMessage {
  readonly key?: string
  readonly value: string | Buffer | null
  readonly headers?: Readonly<Record<string, string>>
  readonly partition?: number
}
export interface ReceivedMessage {
  readonly value: string
  readonly headers: Readonly<Record<string, string>>
}

export async function createTopics(
  brokers: string,
  login: Pick<KafkaConfig, 'ssl' | 'sasl'> = {},
): Promise<Topics> {
  const name = randomUUID().slice(0, 8)
  const kafka = new Kafka({
    ...login,
    brokers: [brokers],
    logLevel: logLevel.NOTHING,
    retry: { retries: 20, maxRetryTime: 1_000 },
  })
  const admin = kafka.admin()
  await admin.connect()
  const topics = {
    completions: `completions-${name}`,
    github: `github-${name}`,
    deadLetters: `dead-${name}`,
  }
  await admin.createTopics({
    topics: Object.values(topics).map((topic) => ({ topic, numPartitions: 3 })),
    waitForLeaders: true,
  })
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  onTestFinished(async () => {
    await Promise.all([producer.disconnect(), admin.disconnect()])
  })
  const group = `group-${name}`
  return {
    ...topics,
    brokers,
    group,
    send: async (topic, messages) => {
      await producer.send({ topic, messages: messages.map((message) => ({ ...message })) })
    },
    read: (topic, count) => readMessages(kafka, topic, count),
    committed: async (topic) => {
      const [offsets] = await admin.fetchOffsets({ groupId: group, topics: [topic] })
      return (offsets?.partitions ?? []).map(({ offset }) => Number(offset))
    },
    lag: async (topic) => (await measureLag(admin, { groupId: group, topics: [topic] })).get(topic),
    rewind: async (topic) => {
      const partitions = [0, 1, 2].map((partition) => ({ partition, offset: '0' }))
      await admin.setOffsets({ groupId: group, topic, partitions })
    },
  }
}

async function readMessages(
  kafka: Kafka,
  topic: string,
  count: number,
): Promise<readonly ReceivedMessage[]> {
  const consumer = kafka.consumer({ groupId: randomUUID() })
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  const found: ReceivedMessage[] = []
  const all = Promise.withResolvers<void>()
  await consumer.run({
    eachMessage: async ({ message }) => {
      found.push({
        value: message.value?.toString() ?? '',
        headers: Object.fromEntries(
          Object.entries(message.headers ?? {}).map(([key, value]) => [key, String(value)]),
        ),
      })
      if (found.length >= count) all.resolve()
    },
  })
  await all.promise
  await consumer.disconnect()
  return found
}

/** A process that consumes the topics into a database, and its output. */
export interface ConsumerProcess {
  readonly output: readonly Readonly<Record<string, unknown>>[]
  readonly state: () => string
  kill(): Promise<void>
  /** Sends SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>
}

export function startConsumer(
  topics: Topics,
  databaseUrl: string,
  env: Readonly<Record<string, string>> = {},
): ConsumerProcess {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('./kafka-consumer.ts', import.meta.url))],
    {
      env: {
        ...process.env,
        DATABASE_URL: databaseUrl,
        KAFKA_BROKERS: topics.brokers,
        KAFKA_GROUP_ID: topics.group,
        KAFKA_COMPLETIONS_TOPIC: topics.completions,
        KAFKA_GITHUB_TOPIC: topics.github,
        KAFKA_DEAD_LETTER_TOPIC: topics.deadLetters,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const output: Record<string, unknown>[] = []
  createInterface({ input: child.stdout }).on('line', (line) => {
    output.push(JSON.parse(line))
  })
  const ended = once(child, 'exit')
  const kill = async () => {
    child.kill('SIGKILL')
    await ended
  }
  onTestFinished(kill)
  return {
    output,
    state: () => String(output.findLast((one) => 'state' in one)?.state ?? 'not started'),
    kill,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
      return child.exitCode
    },
  }
}

/** A test database, and queries for its content. */
export async function createInbox() {
  const fresh = await createTestDatabase()
  const { db, close } = openDatabase(fresh.url, { name: 'test', onError: () => {} })
  onTestFinished(async () => {
    await close()
    await fresh.drop()
  })
  const count = async (table: 'inbox' | 'runs'): Promise<number> =>
    Number(
      (
        await db
          .selectFrom(table)
          .select(({ fn }) => fn.countAll<number>().as('n'))
          .executeTakeFirstOrThrow()
      ).n,
    )
  return {
    url: fresh.url,
    db,
    runs: () => count('runs'),
    messages: () => count('inbox'),
    workflows: async () =>
      (await db.selectFrom('runs').select('workflow_uid').execute()).map((row) => row.workflow_uid),
    quarantined: () =>
      db
        .selectFrom('inbox')
        .selectAll()
        .where('state', '=', 'quarantined')
        .orderBy('received_at')
        .execute(),
  }
}
