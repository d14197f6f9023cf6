import { Kafka, logLevel, Partitioners } from 'kafkajs'
import pg from 'pg'
import { obtainServer } from '../harness/infra/servers.ts'
import { type Message, sendAll } from './load.ts'
import { generateCompletions, generateWebhooks, takeMessages } from './messages.ts'
import { type BenchProcess, startProgram } from './process.ts'
import { computeMedian, type Measurement } from './table.ts'

interface KafkaBench {
  readonly databaseUrl: string
  /** Starts the service with this environment beside its own. */
  readonly judge: (env: Readonly<Record<string, string>>) => Promise<BenchProcess>
}

const ROUNDS = 3
const MESSAGES = { webhooks: 6_000, completions: 3_000 }
const RATIO_MIN = 1.5
/** Rare enough not to influence the measurement. */
const POLL_EVERY_MS = 50
/** A broker accepts at most a mebibyte at a time. */
const BATCH_BYTES_MAX = 500_000
const topics = { completions: 'bench-completions', webhooks: 'bench-github' }

/**
 * Measures durable ingest from Kafka: messages a second, relative to a bare HTTP route with one
 * INSERT in alternating rounds. Without a Kafka the measurement is skipped.
 */
export async function measureKafka({
  databaseUrl,
  judge,
}: KafkaBench): Promise<readonly Measurement[]> {
  const server = await obtainServer('KAFKA', process.env.TEST_KAFKA)
  if (!('address' in server)) {
    return [
      {
        what: 'Durable ingest from Kafka',
        measured: `skipped: ${server.because}`,
        target: `≥ ${RATIO_MIN} ×`,
        isMet: true,
      },
    ]
  }
  const kafka = new Kafka({ brokers: [server.address], logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({
    topics: Object.values(topics).map((topic) => ({ topic, numPartitions: 3 })),
    waitForLeaders: true,
  })
  await admin.disconnect()
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  const database = new pg.Pool({ connectionString: databaseUrl, max: 1 })
  const bare = await startProgram(process.execPath, ['test/bench/bare-route.ts'], {
    DATABASE_URL: databaseUrl,
  })
  const service = await judge({
    DATABASE_URL: databaseUrl,
    KAFKA_BROKERS: server.address,
    KAFKA_COMPLETIONS_TOPIC: topics.completions,
    KAFKA_GITHUB_TOPIC: topics.webhooks,
  })
  const countSince = async (moment: Date) => {
    const counted = await database.query(
      `select count(*) as n from inbox where received_at >= $1 and transport = 'kafka'`,
      [moment],
    )
    return Number(counted.rows[0]?.n)
  }

  /** Messages a second, from the first sent to the last stored message. */
  const consume = async (topic: string, messages: readonly Message[]): Promise<number> => {
    const since = new Date()
    const begun = performance.now()
    await Promise.all(
      splitIntoBatches(messages).map((part) =>
        producer.send({ topic, messages: part.map(toRecord) }),
      ),
    )
    while ((await countSince(since)) < messages.length)
      await new Promise((resolve) => setTimeout(resolve, POLL_EVERY_MS))
    return messages.length / ((performance.now() - begun) / 1000)
  }
  const measure = async (
    what: string,
    topic: string,
    make: () => readonly Message[],
  ): Promise<Measurement> => {
    const pairs: { bare: number; kafka: number }[] = []
    // The first round is a warm-up.
    for (let round = 0; round <= ROUNDS; round += 1) {
      const messages = make()
      const pair = {
        bare: await sendAll(bare.url, messages),
        kafka: await consume(topic, messages),
      }
      if (round > 0) pairs.push(pair)
    }
    const ratio = computeMedian(pairs.map((pair) => pair.kafka / pair.bare))
    const rate = Math.round(computeMedian(pairs.map(({ kafka }) => kafka)))
    const bareRate = Math.round(computeMedian(pairs.map((pair) => pair.bare)))
    const rates = `${rate}/s, bare ${bareRate}/s`
    return {
      what,
      measured: `${ratio.toFixed(2)} × (${rates})`,
      target: `≥ ${RATIO_MIN} × a bare route`,
      isMet: ratio >= RATIO_MIN,
    }
  }
  try {
    const [hooks, runs] = [generateWebhooks(), generateCompletions()]
    return [
      await measure('Durable ingest from Kafka, webhooks', topics.webhooks, () =>
        takeMessages(hooks, MESSAGES.webhooks),
      ),
      await measure('Durable ingest from Kafka, run-complete', topics.completions, () =>
        takeMessages(runs, MESSAGES.completions),
      ),
    ]
  } finally {
    await Promise.all([service.stop(), bare.stop(), producer.disconnect()])
    await database.end()
    await server.close()
  }
}

const toRecord = ({ body, headers }: Message) => ({ value: body, headers: { ...headers } })

function splitIntoBatches(messages: readonly Message[]): readonly (readonly Message[])[] {
  const size = Math.max(1, Math.floor(BATCH_BYTES_MAX / (messages[0]?.body.length ?? 1)))
  return Array.from({ length: Math.ceil(messages.length / size) }, (_, n) =>
    messages.slice(n * size, (n + 1) * size),
  )
}
