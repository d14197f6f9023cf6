import { Kafka, logLevel, Partitioners } from 'kafkajs'
import pg from 'pg'
import { obtain } from '../harness/infra/servers.ts'
import { load, type Message } from './load.ts'
import { completions, made, webhooks } from './messages.ts'
import { type Running, start } from './process.ts'
import { median, type Row } from './table.ts'

interface Bench {
  readonly databaseUrl: string
  /** Starts the service with this environment beside its own. */
  readonly judge: (env: Readonly<Record<string, string>>) => Promise<Running>
}

const ROUNDS = 3
const MESSAGES = { webhooks: 6_000, completions: 3_000 }
const BAR = 1.5
/** Counting must not take from the database what is measured. */
const LOOK_EVERY = 50
/** A broker takes a mebibyte at a time. */
const SENT_TOGETHER = 500_000
const topics = { completions: 'bench-completions', webhooks: 'bench-github' }

/**
 * Durable ingest from Kafka: what the service takes out of a topic in a second, beside what a bare
 * route with one INSERT takes over HTTP of the same messages, round about round. Without a Kafka
 * there is no row to fail, and it is said.
 */
export async function kafkaRows({ databaseUrl, judge }: Bench): Promise<readonly Row[]> {
  const server = await obtain('KAFKA', process.env.TEST_KAFKA)
  if (!('address' in server)) {
    return [
      {
        what: 'Durable ingest from Kafka',
        seen: `skipped: ${server.because}`,
        bar: `≥ ${BAR} ×`,
        holds: true,
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
  const bare = await start(process.execPath, ['test/bench/bare-route.ts'], {
    DATABASE_URL: databaseUrl,
  })
  const service = await judge({
    DATABASE_URL: databaseUrl,
    KAFKA_BROKERS: server.address,
    KAFKA_COMPLETIONS_TOPIC: topics.completions,
    KAFKA_GITHUB_TOPIC: topics.webhooks,
  })
  const keptSince = async (moment: Date) => {
    const counted = await database.query(
      `select count(*) as n from inbox where received_at >= $1 and transport = 'kafka'`,
      [moment],
    )
    return Number(counted.rows[0]?.n)
  }

  /** Messages a second, from the first that is sent to the last that is on disk. */
  const consume = async (topic: string, messages: readonly Message[]): Promise<number> => {
    const since = new Date()
    const begun = performance.now()
    await Promise.all(
      parts(messages).map((part) => producer.send({ topic, messages: part.map(sent) })),
    )
    while ((await keptSince(since)) < messages.length)
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY))
    return messages.length / ((performance.now() - begun) / 1000)
  }
  const measure = async (
    what: string,
    topic: string,
    make: () => readonly Message[],
  ): Promise<Row> => {
    const pairs: { bare: number; kafka: number }[] = []
    // The first round only warms all of them up.
    for (let round = 0; round <= ROUNDS; round += 1) {
      const messages = make()
      const pair = { bare: await load(bare.url, messages), kafka: await consume(topic, messages) }
      if (round > 0) pairs.push(pair)
    }
    const ratio = median(pairs.map((pair) => pair.kafka / pair.bare))
    const rates = `${Math.round(median(pairs.map((pair) => pair.kafka)))}/s, bare ${Math.round(median(pairs.map((pair) => pair.bare)))}/s`
    return {
      what,
      seen: `${ratio.toFixed(2)} × (${rates})`,
      bar: `≥ ${BAR} × a bare route`,
      holds: ratio >= BAR,
    }
  }
  try {
    const [hooks, runs] = [webhooks(), completions()]
    return [
      await measure('Durable ingest from Kafka, webhooks', topics.webhooks, () =>
        made(hooks, MESSAGES.webhooks),
      ),
      await measure('Durable ingest from Kafka, run-complete', topics.completions, () =>
        made(runs, MESSAGES.completions),
      ),
    ]
  } finally {
    await Promise.all([service.stop(), bare.stop(), producer.disconnect()])
    await database.end()
    await server.close()
  }
}

const sent = ({ body, headers }: Message) => ({ value: body, headers: { ...headers } })

function parts(messages: readonly Message[]): readonly (readonly Message[])[] {
  const size = Math.max(1, Math.floor(SENT_TOGETHER / (messages[0]?.body.length ?? 1)))
  return Array.from({ length: Math.ceil(messages.length / size) }, (_, n) =>
    messages.slice(n * size, (n + 1) * size),
  )
}
