import { randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { Kafka, logLevel, Partitioners, type Producer } from 'kafkajs'
import { Client } from 'minio'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { makeGreen } from '../harness/green.ts'
import { s3Login } from '../harness/infra/s3.ts'
import { eventually } from '../harness/run-verbs.ts'
import { type Story, scenario } from '../harness/story.ts'
import { type Server, serve } from '../world/serve.ts'

const { TEST_KAFKA: kafka = '', TEST_S3: s3 = '' } = process.env
const login = {
  accessKey: process.env.TEST_S3_ACCESS_KEY ?? s3Login.accessKey,
  secretKey: process.env.TEST_S3_SECRET_KEY ?? s3Login.secretKey,
}
const id = randomUUID().slice(0, 8)
const topics = { completions: `spine-completions-${id}`, github: `spine-github-${id}` }
const bucket = `spine-${id}`

/*
 * The spine as its operators meet it: events out of Kafka, artifacts out of S3, and nothing posted to the service but by people.
 */
describe.skipIf(kafka === '' || s3 === '')('the service over a real Kafka and a real S3 server', () => {
  const env = {
    KAFKA_BROKERS: kafka,
    KAFKA_GROUP_ID: `spine-${id}`,
    KAFKA_COMPLETIONS_TOPIC: topics.completions,
    KAFKA_GITHUB_TOPIC: topics.github,
    MINIO_ENDPOINT: s3,
    MINIO_ACCESS_KEY: login.accessKey,
    MINIO_SECRET_KEY: login.secretKey,
    ARTIFACT_BUCKET: bucket,
  }
  const client = new Kafka({ brokers: [kafka || 'none:1'], logLevel: logLevel.NOTHING })
  const producer: Producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  let relay: Server

  beforeAll(async () => {
    const admin = client.admin()
    await admin.connect()
    await admin.createTopics({
      topics: Object.values(topics).map((topic) => ({ topic, numPartitions: 3 })),
      waitForLeaders: true,
    })
    await admin.disconnect()
    await producer.connect()
    await storage().makeBucket(bucket, 'us-east-1')
    // What stands between GitHub and the topic: the webhook in its Kafka form, keyed by repository.
    relay = await serve(async ({ headers, body }) => {
      const [event, deliveryId] = [String(headers['x-github-event']), String(headers['x-github-delivery'])]
      const payload = JSON.parse(body.toString())
      const value = JSON.stringify({ deliveryId, event, action: payload.action, receivedAt: new Date(), payload })
      await producer.send({
        topic: topics.github,
        messages: [
          {
            key: payload.repository.full_name,
            value,
            headers: { 'x-github-event': event, 'x-github-delivery': deliveryId },
          },
        ],
      })
      return { status: 202, body: '{}' }
    })
  })
  afterAll(async () => {
    await relay.close()
    await producer.disconnect()
  })

  /** The agent works; its artifacts lie in the bucket, and its completion in the topic, twice. */
  async function finishes({ agent, storeDir, github }: Story, work: Parameters<Story['agent']['works']>[0]) {
    github.webhooks.to({ url: relay.url, secret: 'unsigned in Kafka' })
    const done = await agent.works(work)
    const workflow = JSON.parse(JSON.stringify(done.workflow).replaceAll('"agent-artifacts"', `"${bucket}"`))
    for (const path of await filesUnder(storeDir)) {
      const key = relative(join(storeDir, 'agent-artifacts'), path)
      await storage().putObject(bucket, key, await readFile(path))
    }
    const message = { key: workflow.metadata.uid, value: JSON.stringify({ run: {}, trimmed: '', workflow }) }
    await producer.send({ topic: topics.completions, messages: [message, message] })
    return done
  }
  const heard = (story: Story, issue: number) =>
    eventually('the run', async () => {
      const { runs } = (await story.get(`/api/codex/runs?repository=acme/widgets&issueNumber=${issue}`)) as {
        runs: unknown[]
      }
      return runs.length === 1
    })

  scenario(
    'a run told by Kafka, its proof in S3 and its signals in the GitHub topic, completes',
    async (story) => {
      const { pull, commit } = await finishes(story, { issue: 41 })
      await heard(story, 41)
      await story.run(41).waitsIn('waiting_for_ci')
      makeGreen(story.github, pull)
      expect(await story.run(41).ends('completed', 'accepted')).toMatchObject({
        commitSha: commit,
        prNumber: pull.number,
      })
      const { artifacts } = await story.run(41).detail()
      expect(artifacts).toEqual(
        expect.arrayContaining([expect.objectContaining({ name: 'implementation-changes', bucket, state: 'found' })]),
      )
      expect(await story.get('/readyz')).toMatchObject({ systems: { kafka: 'ok' } })
      expect(String((await story.get('/metrics')).text)).toContain(
        `codex_judge_kafka_lag{topic="${topics.completions}"}`,
      )
    },
    { env, webhooks: false },
  )

  scenario(
    'a run that failed is told by Kafka and tried once more, with what was wrong in its prompt',
    async (story) => {
      const { pull } = await finishes(story, { issue: 42 })
      await heard(story, 42)
      await story.run(42).waitsIn('waiting_for_ci')
      story.github.checks(pull).fail('unit')
      story.github.codexFindsNothing(pull)
      await story.run(42).ends('needs_iteration', 'ci_failed')
      const { task } = await eventually('the next attempt', () => story.dispatcher.started().at(0))
      expect(task.prompt).toContain('unit')
    },
    {
      env: { ...env, KAFKA_GROUP_ID: `spine-again-${id}` },
      webhooks: false,
      policy: { ci: { rerun_failed_once: false } },
    },
  )
})

function storage(): Client {
  const { hostname, port } = new URL(s3)
  return new Client({
    endPoint: hostname,
    port: Number(port),
    useSSL: false,
    region: 'us-east-1',
    pathStyle: true,
    ...login,
  })
}

const filesUnder = async (dir: string): Promise<readonly string[]> =>
  (await readdir(dir, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
