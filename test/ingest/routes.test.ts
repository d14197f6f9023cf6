import webhooks from '@octokit/webhooks-examples' with { type: 'json' }
import { sign } from '@octokit/webhooks-methods'
import { afterEach, expect, test } from 'vitest'
import { fixture, type Listening, listening } from './listening.ts'

let service: Listening | undefined
const start = async (settings: Parameters<typeof listening>[0] = {}): Promise<Listening> => {
  service = await listening(settings)
  return service
}
afterEach(async () => {
  await service?.close()
  service = undefined
})

const completion = fixture('argo-messages/sensor-with-templates/01-succeeded-artifacts.json')
const running = fixture('argo-workflows/06-running.json')
const isProblem = (answer: { readonly headers: Headers }): boolean =>
  answer.headers.get('content-type')?.startsWith('application/problem+json') ?? false

test('a completion is answered with its event and run, and its repetition says so and changes nothing', async () => {
  const { post, recorder } = await start()
  const first = await post('/api/codex/run-complete', completion)
  expect([first.status, first.body]).toEqual([
    202,
    {
      ok: true,
      event: { id: 'inbox-1', duplicate: false },
      outcome: 'recorded',
      run: { id: 'run-inbox-1', status: 'run_complete' },
    },
  ])
  const again = await post('/api/codex/run-complete', JSON.stringify(JSON.parse(completion), null, 2), {
    'content-type': 'text/plain',
  })
  expect([again.status, again.body]).toEqual([
    202,
    {
      ok: true,
      event: { id: 'inbox-1', duplicate: true },
      outcome: 'recorded',
      run: { id: 'run-inbox-1', status: 'run_complete' },
    },
  ])
  expect(recorder.kept).toHaveLength(1)
  expect(Buffer.from(recorder.kept[0]?.incoming.body ?? []).toString()).toBe(completion)
})

test.each([
  'application/json',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'image/png',
  'nonsense',
  ';;',
  '',
])('a body is read whatever its Content-Type says: %j', async (type) => {
  const { post } = await start()
  expect(await post('/api/codex/run-complete', completion, { 'content-type': type })).toMatchObject({
    status: 202,
    body: { outcome: 'recorded' },
  })
})

test('what is none of ours is answered 202, ignored, without a run', async () => {
  const { post, recorder } = await start({ repositories: ['other/*'] })
  for (const body of [running, completion, '{"hello":"world"}']) {
    expect(await post('/api/codex/run-complete', body)).toMatchObject({
      status: 202,
      body: { ok: true, outcome: 'ignored', run: null },
    })
  }
  expect(recorder.kept.map(({ incoming }) => incoming.event)).toEqual([null, null, null])
})

test('malformed input is refused with the id under which it is kept, byte for byte', async () => {
  const { post, recorder } = await start()
  const bytes = Buffer.from([0x7b, 0x80, 0x7d])
  const answer = await post('/api/codex/notify', bytes)
  expect(isProblem(answer)).toBe(true)
  expect([answer.status, answer.body]).toMatchObject([
    400,
    {
      status: 400,
      code: 'malformed_event',
      quarantineId: 'quarantine-1',
      type: 'about:blank',
      title: expect.any(String),
      detail: expect.any(String),
    },
  ])
  expect(recorder.quarantined[0]?.malformed).toMatchObject({
    source: 'notify',
    transport: 'http',
    error: { code: 'not_utf8' },
  })
  expect(Buffer.from(recorder.quarantined[0]?.malformed.body ?? [])).toEqual(bytes)
  expect(await post('/api/codex/run-complete', '')).toMatchObject({
    status: 400,
    body: { quarantineId: 'quarantine-2' },
  })
})

test('a batch answers for each of its elements, and a bad one costs only itself', async () => {
  const { post, recorder } = await start()
  const event = (id: string, data: unknown) => ({ specversion: '1.0', id, source: 's', type: 'anything', data })
  const batch = [
    event('1', {}),
    event('2', JSON.parse(completion)),
    { specversion: '1.0', id: '3' },
    event('2', JSON.parse(completion)),
  ]
  const answer = await post('/api/codex/run-complete', JSON.stringify(batch), {
    'content-type': 'application/cloudevents-batch+json',
  })
  expect(answer).toMatchObject({
    status: 202,
    body: {
      ok: true,
      outcome: 'recorded',
      run: { id: 'run-inbox-2' },
      events: [
        { event: { id: 'inbox-1', duplicate: false }, outcome: 'ignored', run: null },
        { event: { id: 'inbox-2', duplicate: false }, outcome: 'recorded', run: { id: 'run-inbox-2' } },
        { event: { id: 'quarantine-1' }, outcome: 'quarantined', run: null, quarantineId: 'quarantine-1' },
        { event: { id: 'inbox-2', duplicate: true }, outcome: 'recorded' },
      ],
    },
  })
  expect(recorder.quarantined).toHaveLength(1)
  expect(
    await post('/api/codex/run-complete', '[{}]', { 'content-type': 'application/cloudevents-batch+json' }),
  ).toMatchObject({ status: 202, body: { outcome: 'quarantined' } })
  expect(await post('/api/codex/run-complete', '[]')).toMatchObject({ status: 400, body: { code: 'malformed_event' } })
})

test('one message that cannot be recorded goes to quarantine, and takes nothing of its batch along', async () => {
  const { post, recorder } = await start()
  recorder.refuses = ({ event }) => event?.kind === 'workflow.finished'
  const batch = [
    { specversion: '1.0', id: '1', source: 's', data: JSON.parse(completion) },
    { specversion: '1.0', id: '2', source: 's', data: {} },
  ]
  expect(await post('/api/codex/run-complete', JSON.stringify(batch))).toMatchObject({
    status: 202,
    body: { events: [{ outcome: 'quarantined' }, { outcome: 'ignored' }] },
  })
  expect(await post('/api/codex/run-complete', completion)).toMatchObject({
    status: 400,
    body: { code: 'malformed_event', quarantineId: 'quarantine-2' },
  })
})

test('while Postgres is away every delivery is asked to come again, and is then taken', async () => {
  const { post, recorder } = await start()
  recorder.away = true
  for (const body of [completion, 'no json', `[{"specversion":"1.0"}]`]) {
    const answer = await post('/api/codex/run-complete', body)
    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } })
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  }
  recorder.away = false
  expect(await post('/api/codex/run-complete', completion)).toMatchObject({
    status: 202,
    body: { event: { duplicate: false } },
  })
})

test('another method is 405 and says which is offered; another path is 404', async () => {
  const { url } = await start()
  const wrong = await fetch(`${url}/api/codex/run-complete?x=1`)
  expect([wrong.status, wrong.headers.get('allow'), await wrong.json()]).toMatchObject([
    405,
    'POST',
    { code: 'method_not_allowed' },
  ])
  const read = await fetch(`${url}/read/1`, {
    method: 'DELETE',
    body: 'not json',
    headers: { 'content-type': 'application/json' },
  })
  expect([read.status, read.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  const none = await fetch(`${url}/api/codex/nowhere`, { method: 'POST', body: '{' })
  expect([none.status, await none.json()]).toMatchObject([404, { code: 'not_found' }])
  const odd = await fetch(`${url}/read/%`)
  expect([odd.status, odd.headers.get('content-type')]).toEqual([400, 'application/problem+json'])
})

// GitHub

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

test('a signed webhook is recorded with either of two secrets; a wrong or absent signature uses up no delivery id', async () => {
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
  expect(await post('/webhooks/github', payload, await signed(payload, 'old', 'd-2'))).toMatchObject({
    status: 202,
    body: { event: { duplicate: false } },
  })
  expect(refused).toEqual(['github', 'github', 'github'])
})

test('both webhook addresses share the delivery ids, in both forms', async () => {
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
] as const)('at the second address, %s', async (_says, ingest, withSecret, headers, status) => {
  const { post } = await start({ ...(ingest ? { ingest } : {}), secrets: withSecret ? [secret] : [] })
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

test('the Kafka form needs the ingest token, whatever it is signed with', async () => {
  const { post } = await start({ secrets: [secret], ingest: 'tok' })
  expect((await post('/api/codex/github-events', kafka('d'), await signed(kafka('d')))).status).toBe(401)
  expect(
    (await post('/api/codex/github-events', kafka('d'), { ...(await signed()), authorization: 'Bearer tok' })).status,
  ).toBe(202)
})

test('without a secret the webhook address is unavailable; an event nobody needs is ignored; a signed body that is no JSON is kept', async () => {
  const off = await start()
  const answer = await off.post('/webhooks/github', payload, await signed())
  expect([answer.status, answer.body.code, answer.headers.has('retry-after')]).toEqual([503, 'unavailable', true])
  await off.close()
  const { post, recorder } = await start({ secrets: [secret] })
  expect(await post('/webhooks/github', payload, { ...(await signed()), 'x-github-event': 'star' })).toMatchObject({
    status: 202,
    body: { outcome: 'ignored' },
  })
  expect(await post('/webhooks/github', 'not json', await signed('not json', secret, 'd-3'))).toMatchObject({
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
