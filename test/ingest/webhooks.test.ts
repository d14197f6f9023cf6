import webhooks from '@octokit/webhooks-examples' with { type: 'json' }
import { sign } from '@octokit/webhooks-methods'
import { afterEach, expect, test } from 'vitest'
import { type IngestServer, startIngest } from './start-ingest.ts'

let service: IngestServer | undefined
const start = async (settings: Parameters<typeof startIngest>[0] = {}): Promise<IngestServer> => {
  service = await startIngest(settings)
  return service
}
afterEach(async () => {
  await service?.close()
  service = undefined
})

const secret = 'It is a secret to everybody'
const [issues] = (webhooks as unknown as readonly { name: string; examples: readonly object[] }[])
  .filter(({ name }) => name === 'issues')
  .flatMap(({ examples }) => examples)
const payload = JSON.stringify(issues)
const signed = async (body = payload, key = secret, delivery = 'd-1') => ({
  'x-github-event': 'issues',
  'x-github-delivery': delivery,
  'x-hub-signature-256': await sign(key, body),
  'content-type': 'application/json',
})
const kafka = (deliveryId: string) =>
  JSON.stringify({
    deliveryId,
    event: 'issues',
    action: 'closed',
    repository: 'x/y',
    sender: 'o',
    receivedAt: '2026-11-20T08:00:00Z',
    payload: issues,
  })

test('a webhook signed with either secret is recorded, and a wrong or missing signature uses no delivery id', async () => {
  const { post, recorder, refused } = await start({ secrets: ['old', secret] })
  for (const headers of [
    { ...(await signed()), 'x-hub-signature-256': 'sha256=00' },
    await signed(payload, 'wrong'),
    { 'x-github-event': 'issues', 'x-github-delivery': 'd-1' },
  ]) {
    const answer = await post('/webhooks/github', payload, headers)
    expect([answer.status, answer.headers.get('www-authenticate'), answer.body.code]).toEqual([
      401,
      'Bearer',
      'unauthenticated',
    ])
  }
  expect(recorder.kept).toEqual([])
  expect(await post('/webhooks/github', payload, await signed())).toMatchObject({
    status: 202,
    body: { outcome: 'recorded', event: { duplicate: false }, run: null },
  })
  expect(
    await post('/webhooks/github', payload, await signed(payload, 'old', 'd-2')),
  ).toMatchObject({
    status: 202,
    body: { event: { duplicate: false } },
  })
  expect(refused).toEqual(['github', 'github', 'github'])
})

test('both webhook routes share delivery ids, in both forms', async () => {
  const { post } = await start({ secrets: [secret], ingest: 'tok' })
  const token = { authorization: 'Bearer tok' }
  expect(await post('/webhooks/github', payload, await signed())).toMatchObject({
    status: 202,
    body: { event: { duplicate: false } },
  })
  expect(await post('/api/codex/github-events', payload, await signed())).toMatchObject({
    status: 202,
    body: { event: { duplicate: true } },
  })
  expect(await post('/api/codex/github-events', kafka('d-1'), token)).toMatchObject({
    status: 202,
    body: { event: { duplicate: true }, run: null },
  })
  expect(await post('/api/codex/github-events', kafka('d-9'), token)).toMatchObject({
    status: 202,
    body: { event: { duplicate: false }, outcome: 'recorded' },
  })
  expect(
    await post('/api/codex/github-events', kafka('d-9'), {
      ...token,
      'ce-id': '1',
      'ce-source': 's',
      'ce-type': 'dev.knative.kafka.event',
    }),
  ).toMatchObject({ body: { event: { duplicate: true } } })
})

test.each([
  [
    'signed, wrongly, with a token',
    'tok',
    true,
    { 'x-hub-signature-256': 'sha256=00', authorization: 'Bearer tok' },
    401,
  ],
  ['unsigned, with the token', 'tok', true, { authorization: 'Bearer tok' }, 202],
  ['unsigned, without the token', 'tok', true, {}, 401],
  ['unsigned, where the token is not asked for but webhooks are signed', undefined, true, {}, 401],
  ['unsigned, where nothing is asked for', undefined, false, {}, 202],
] as const)('on the second route, %s', async (_name, ingest, withSecret, headers, status) => {
  const { post } = await start({
    ...(ingest ? { ingest } : {}),
    secrets: withSecret ? [secret] : [],
  })
  expect(
    (
      await post('/api/codex/github-events', payload, {
        'x-github-event': 'issues',
        'x-github-delivery': 'd',
        ...headers,
      })
    ).status,
  ).toBe(status)
})

test('the Kafka form needs the ingest token, whatever its signature', async () => {
  const { post } = await start({ secrets: [secret], ingest: 'tok' })
  expect(
    (await post('/api/codex/github-events', kafka('d'), await signed(kafka('d')))).status,
  ).toBe(401)
  expect(
    (
      await post('/api/codex/github-events', kafka('d'), {
        ...(await signed()),
        authorization: 'Bearer tok',
      })
    ).status,
  ).toBe(202)
})

test('without a secret the webhook route is unavailable; with one, unused events are ignored and malformed bodies stored', async () => {
  const off = await start()
  const answer = await off.post('/webhooks/github', payload, await signed())
  expect([answer.status, answer.body.code, answer.headers.has('retry-after')]).toEqual([
    503,
    'unavailable',
    true,
  ])
  await off.close()
  const { post, recorder } = await start({ secrets: [secret] })
  expect(
    await post('/webhooks/github', payload, { ...(await signed()), 'x-github-event': 'star' }),
  ).toMatchObject({
    status: 202,
    body: { outcome: 'ignored' },
  })
  expect(
    await post('/webhooks/github', 'not json', await signed('not json', secret, 'd-3')),
  ).toMatchObject({
    status: 400,
    body: { code: 'malformed_event' },
  })
  const form = `payload=${encodeURIComponent(payload)}`
  expect(
    await post('/webhooks/github', form, {
      ...(await signed(form, secret, 'd-4')),
      'content-type': 'application/x-www-form-urlencoded',
    }),
  ).toMatchObject({ body: { outcome: 'recorded' } })
  expect(recorder.quarantined).toHaveLength(1)
})
