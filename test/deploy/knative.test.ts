import { afterEach, expect, test } from 'vitest'
import { type IngestServer, readFixture, startIngest } from '../ingest/start-ingest.ts'
import { type Manifest, readManifests } from './manifests.ts'

/*
 * What Knative's KafkaSource sends with the manifests of the component: CloudEvents in binary mode,
 * the record's value as the body, no Content-Type, and the extensions of `ceOverrides` as headers.
 */
const sources = readManifests('deploy/kubernetes/components/knative').filter(
  ({ kind }) => kind === 'KafkaSource',
)
const token = 'a-separate-token'

const buildHeaders = (
  source: Manifest,
  topic: string,
  { partition, offset, key }: { partition: number; offset: number; key: string },
) => ({
  'ce-specversion': '1.0',
  'ce-type': 'dev.knative.kafka.event',
  'ce-id': `partition:${partition}/offset:${offset}`,
  'ce-source': `/apis/v1/namespaces/${source.metadata.namespace}/kafkasources/${source.metadata.name}#${topic}`,
  'ce-subject': `partition:${partition}#${offset}`,
  'ce-time': '2026-11-20T08:31:42.123Z',
  'ce-key': key,
  ...Object.fromEntries(
    Object.keys(source.spec.ceOverrides.extensions).map((name) => [`ce-${name}`, token]),
  ),
})

let service: IngestServer | undefined
afterEach(async () => {
  await service?.close()
  service = undefined
})
const findSource = (topic: string): Manifest => {
  const found = sources.find(({ spec }) => spec.topics.includes(topic))
  if (!found) throw new Error(`no KafkaSource reads ${topic}`)
  return found
}

test('completions of the KafkaSource are recorded once, and their token is not stored', async () => {
  service = await startIngest({ ingest: `first,${token}` })
  const source = findSource('argo.workflows.completions')
  const body = readFixture('argo-messages/sensor-raw/01-succeeded-artifacts.json')
  const headers = buildHeaders(source, 'argo.workflows.completions', {
    partition: 3,
    offset: 41,
    key: '5d0c0001',
  })
  const answer = await service.post(source.spec.sink.uri, body, headers)
  expect([answer.status, answer.body]).toMatchObject([
    202,
    { ok: true, outcome: 'recorded', event: { duplicate: false } },
  ])
  expect((await service.post(source.spec.sink.uri, body, headers)).body).toMatchObject({
    event: { duplicate: true },
  })
  expect(service.recorder.kept).toHaveLength(1)
  expect(JSON.stringify(service.recorder.kept[0]?.incoming.headers)).not.toContain(token)
})

test('the service records the webhooks of the KafkaSource', async () => {
  service = await startIngest({ ingest: token, secrets: ['of the webhook'] })
  const source = findSource('github.webhook.codex.judge')
  const record = {
    deliveryId: '3f1d5c80-0000-4000-8000-000000000001',
    event: 'push',
    action: null,
    repository: 'acme/widgets',
    sender: 'octo-dev',
    receivedAt: '2026-11-20T08:31:42Z',
    payload: {
      ref: 'refs/heads/codex/issue-7',
      after: 'a'.repeat(40),
      before: 'b'.repeat(40),
      repository: { full_name: 'acme/widgets' },
      sender: { login: 'octo-dev' },
    },
  }
  const answer = await service.post(
    source.spec.sink.uri,
    JSON.stringify(record),
    buildHeaders(source, 'github.webhook.codex.judge', {
      partition: 0,
      offset: 7,
      key: record.deliveryId,
    }),
  )
  expect([answer.status, answer.body]).toMatchObject([202, { outcome: 'recorded', run: null }])
})

test('a KafkaSource with a wrong token gets an answer that it does not retry', async () => {
  service = await startIngest({ ingest: 'another' })
  const source = findSource('argo.workflows.completions')
  const answer = await service.post(
    source.spec.sink.uri,
    '{}',
    buildHeaders(source, 'argo.workflows.completions', { partition: 0, offset: 1, key: 'x' }),
  )
  // Knative retries 404, 408, 409, 429 and 5xx; anything else goes to the dead-letter sink.
  expect(answer.status).toBe(401)
  expect(source.spec.delivery.deadLetterSink.ref).toMatchObject({
    kind: 'KafkaSink',
    name: 'codex-judge-dead-letter',
  })
})
