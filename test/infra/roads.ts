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

/** The bucket that messages of the simulated outside name. */
const theirBucket = 'agent-artifacts'

/**
 * What lies between the outside and the service in a cluster: two topics of Kafka and a bucket,
 * which nobody else uses.
 */
export interface Roads {
  /** What the settings of the service say of them. */
  readonly env: Readonly<Record<string, string>>
  readonly bucket: string
  readonly completionsTopic: string
  /** Makes them. */
  open(): Promise<OpenRoads>
}

export interface OpenRoads {
  /** Where GitHub's webhooks go, to be put into their topic. */
  readonly webhooks: { readonly url: string; readonly secret: string }
  /** Puts into the bucket what agents left in a folder. */
  keep(storeDir: string): Promise<void>
  /** Puts a finished workflow into its topic, twice: Argo Events delivers at least once. */
  tell(message: string, uid: string): Promise<void>
  close(): Promise<void>
}

export function roadsOver({ kafka, s3 }: { kafka: string; s3: string }): Roads {
  const id = randomUUID().slice(0, 8)
  const [completions, github, bucket] = [
    `spine-completions-${id}`,
    `spine-github-${id}`,
    `spine-${id}`,
  ]
  return {
    bucket,
    completionsTopic: completions,
    env: {
      KAFKA_BROKERS: kafka,
      KAFKA_GROUP_ID: `spine-${id}`,
      KAFKA_COMPLETIONS_TOPIC: completions,
      KAFKA_GITHUB_TOPIC: github,
      MINIO_ENDPOINT: s3,
      MINIO_ACCESS_KEY: login.accessKey,
      MINIO_SECRET_KEY: login.secretKey,
      ARTIFACT_BUCKET: bucket,
    },
    open: () => open({ kafka, s3, completions, github, bucket }),
  }
}

interface Named {
  readonly kafka: string
  readonly s3: string
  readonly completions: string
  readonly github: string
  readonly bucket: string
}

async function open({ kafka, s3, completions, github, bucket }: Named): Promise<OpenRoads> {
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
  const storage = storageAt(s3)
  await storage.makeBucket(bucket, 'us-east-1')
  const kept = new Set<string>()
  // What stands between GitHub and the topic: the webhook in its Kafka form, keyed by repository.
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
    keep: async (storeDir) => {
      for (const path of await filesUnder(join(storeDir, theirBucket))) {
        const key = relative(join(storeDir, theirBucket), path).replaceAll(sep, '/')
        await storage.putObject(bucket, key, await readFile(path))
        kept.add(key)
      }
    },
    tell: async (message, uid) => {
      const record = { key: uid, value: message.replaceAll(theirBucket, bucket) }
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

function storageAt(s3: string): Client {
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

const filesUnder = async (dir: string): Promise<readonly string[]> =>
  (await readdir(dir, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
