import { afterEach, expect, test } from 'vitest'
import { type IngestServer, readFixture, startIngest } from './start-ingest.ts'

let service: IngestServer | undefined
const start = async (settings: Parameters<typeof startIngest>[0] = {}): Promise<IngestServer> => {
  service = await startIngest(settings)
  return service
}
afterEach(async () => {
  await service?.close()
  service = undefined
})

const completion = readFixture('argo-messages/sensor-with-templates/01-succeeded-artifacts.json')
const running = readFixture('argo-workflows/06-running.json')
const isProblem = (answer: { readonly headers: Headers }): boolean =>
  answer.headers.get('content-type')?.startsWith('application/problem+json') ?? false

test('a completion is answered with its event and run, and a duplicate is marked and changes nothing', async () => {
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
  const again = await post(
    '/api/codex/run-complete',
    JSON.stringify(JSON.parse(completion), null, 2),
    {
      'content-type': 'text/plain',
    },
  )
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
])('a body is read whatever its Content-Type: %j', async (type) => {
  const { post } = await start()
  expect(await post('/api/codex/run-complete', completion, { 'content-type': type })).toMatchObject(
    {
      status: 202,
      body: { outcome: 'recorded' },
    },
  )
})

test('a foreign message is answered 202, as ignored, with the reason and without a run', async () => {
  const { post, recorder } = await start({ repositories: ['other/*'] })
  for (const [body, because] of [
    [running, /^Workflow \S+ has not finished\.$/],
    [completion, /^\S+\/\S+ is not among the repositories this service may judge\.$/],
    ['{"hello":"world"}', /^The message has no mark of Codex\.$/],
  ] as const) {
    expect(await post('/api/codex/run-complete', body)).toMatchObject({
      status: 202,
      body: { ok: true, outcome: 'ignored', because: expect.stringMatching(because), run: null },
    })
  }
  expect(recorder.kept.map(({ incoming }) => incoming.event)).toEqual([null, null, null])
})

test('malformed input is refused with its quarantine id, and stored byte for byte', async () => {
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

test('a batch is answered element by element, and a bad one costs only itself', async () => {
  const { post, recorder } = await start()
  const event = (id: string, data: unknown) => ({
    specversion: '1.0',
    id,
    source: 's',
    type: 'anything',
    data,
  })
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
        {
          event: { id: 'inbox-2', duplicate: false },
          outcome: 'recorded',
          run: { id: 'run-inbox-2' },
        },
        {
          event: { id: 'quarantine-1' },
          outcome: 'quarantined',
          run: null,
          quarantineId: 'quarantine-1',
        },
        { event: { id: 'inbox-2', duplicate: true }, outcome: 'recorded' },
      ],
    },
  })
  expect(recorder.quarantined).toHaveLength(1)
  expect(
    await post('/api/codex/run-complete', '[{}]', {
      'content-type': 'application/cloudevents-batch+json',
    }),
  ).toMatchObject({ status: 202, body: { outcome: 'quarantined' } })
  expect(await post('/api/codex/run-complete', '[]')).toMatchObject({
    status: 400,
    body: { code: 'malformed_event' },
  })
})

test('a message that cannot be recorded is quarantined without the others of its batch', async () => {
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

test('while PostgreSQL is unavailable every delivery gets a 503, and succeeds afterwards', async () => {
  const { post, recorder } = await start()
  recorder.isUnavailable = true
  for (const body of [completion, 'no json', `[{"specversion":"1.0"}]`]) {
    const answer = await post('/api/codex/run-complete', body)
    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } })
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  }
  recorder.isUnavailable = false
  expect(await post('/api/codex/run-complete', completion)).toMatchObject({
    status: 202,
    body: { event: { duplicate: false } },
  })
})

test('another method is answered 405 with the allowed ones, another path 404', async () => {
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
