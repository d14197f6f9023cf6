import { randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { Kafka, logLevel, Partitioners } from 'kafkajs'
import { Client } from 'minio'
import { s3Login } from '../harness/infra/s3.ts'
import { serve } from '../world/serve.ts'

const login = {
  accessKey: process.env.TEST_S3_ACCESS_KEY ?? s3Login.accessKey,
  secretKey: process.env.TEST_S3_SECRET_KEY ?? s3Login.secretKey,
}

/** The bucket in the messages of the simulated agents, and in what the simulated Argo says. */
export const WORLD_BUCKET = 'agent-artifacts'

/** Two Kafka topics and a bucket between the simulated systems and the service, for one test. */
export interface Transport {
  /** The settings of the service for them. */
  readonly env: Readonly<Record<string, string>>
  readonly bucket: string
  readonly completionsTopic: string
  /** Creates the topics and the bucket. */
  open(): Promise<OpenTransport>
}

export interface OpenTransport {
  /** The address for GitHub's webhooks, which are relayed to their topic. */
  readonly webhooks: { readonly url: string; readonly secret: string }
  /** Uploads the artifacts in a directory to the bucket. */
  uploadArtifacts(storeDir: string): Promise<void>
  /** Publishes a finished workflow twice, because Argo Events delivers at least once. */
  publishCompletion(message: string, uid: string): Promise<void>
  close(): Promise<void>
}

interface TransportOptions {
  readonly kafka: string
  readonly s3: string
  /** Default: a bucket of its own, which the messages then name. */
  readonly bucket?: string
}

export function createTransport({ kafka, s3, bucket: named }: TransportOptions): Transport {
  const id = randomUUID().slice(0, 8)
  const [completions, github] = [`test-completions-${id}`, `test-github-${id}`]
  const bucket = named ?? `judge-test-${id}`
  return {
    bucket,
    completionsTopic: completions,
    env: {
      KAFKA_BROKERS: kafka,
      KAFKA_GROUP_ID: `judge-test-${id}`,
      KAFKA_COMPLETIONS_TOPIC: completions,
      KAFKA_GITHUB_TOPIC: github,
      MINIO_ENDPOINT: s3,
      MINIO_ACCESS_KEY: login.accessKey,
      MINIO_SECRET_KEY: login.secretKey,
      ARTIFACT_BUCKET: bucket,
    },
    open: () => openTransport({ kafka, s3, completions, github, bucket }),
  }
}

interface TransportNames {
  readonly kafka: string
  readonly s3: string
  readonly completions: string
  readonly github: string
  readonly bucket: string
}

async function openTransport({
  kafka,
  s3,
  completions,
  github,
  bucket,
}: TransportNames): Promise<OpenTransport> {
  const client = new Kafka({ brokers: [kafka], logLevel: logLevel.NOTHING })
  const admin = client.admin()
  await admin.connect()
  await admin.createTopics({
    topics: [completions, github].map((topic) => ({ topic, numPartitions: 3 })),
    waitForLeaders: true,
  })
  await admin.disconnect()
  const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  const storage = openStorage(s3)
  await storage.makeBucket(bucket, 'us-east-1')
  const kept = new Set<string>()
  // Relays webhooks to the topic in their Kafka form, keyed by repository.
  const relay = await serve(async ({ headers, body }) => {
    const [event, deliveryId] = [
      String(headers['x-github-event']),
      String(headers['x-github-delivery']),
    ]
    const payload = JSON.parse(body.toString())
    const value = JSON.stringify({
      deliveryId,
      event,
      action: payload.action,
      receivedAt: new Date(),
      payload,
    })
    const marks = { 'x-github-event': event, 'x-github-delivery': deliveryId }
    await producer.send({
      topic: github,
      messages: [{ key: payload.repository.full_name, value, headers: marks }],
    })
    return { status: 202, body: '{}' }
  })
  return {
    webhooks: { url: relay.url, secret: 'unsigned in Kafka' },
    uploadArtifacts: async (storeDir) => {
      for (const path of await listFiles(join(storeDir, WORLD_BUCKET))) {
        const key = relative(join(storeDir, WORLD_BUCKET), path).replaceAll(sep, '/')
        await storage.putObject(bucket, key, await readFile(path))
        kept.add(key)
      }
    },
    publishCompletion: async (message, uid) => {
      const record = { key: uid, value: message.replaceAll(WORLD_BUCKET, bucket) }
      await producer.send({ topic: completions, messages: [record, record] })
    },
    close: async () => {
      await relay.close()
      await producer.disconnect()
      await storage.removeObjects(bucket, [...kept])
      await storage.removeBucket(bucket)
    },
  }
}

function openStorage(s3: string): Client {
  const { hostname, port } = new URL(s3)
  const at = {
    endPoint: hostname,
    port: Number(port),
    useSSL: false,
    region: 'us-east-1',
    pathStyle: true,
  }
  return new Client({ ...at, ...login })
}

const listFiles = async (dir: string): Promise<readonly string[]> =>
  (await readdir(dir, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
