import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { MAX_BODY_BYTES } from '../../services/judge/src/ingest/http/body-parser.ts'
import { type IngestServer, startIngest } from './start-ingest.ts'

let service: IngestServer
afterEach(() => service.close())

const padded = (bytes: number): Buffer => Buffer.from(`{"a":"${'x'.repeat(bytes - 8)}"}`)

test('2 MiB are accepted and one byte more is refused, with or without a declared length', async () => {
  service = await startIngest()
  expect((await service.post('/api/codex/run-complete', padded(MAX_BODY_BYTES))).status).toBe(202)
  for (const bytes of [MAX_BODY_BYTES + 1, 5 * MAX_BODY_BYTES]) {
    expect(await service.post('/api/codex/run-complete', padded(bytes))).toMatchObject({
      status: 413,
      body: { code: 'too_large' },
    })
    const chunked = await fetch(`${service.url}/api/codex/notify`, {
      method: 'POST',
      body: new Blob([padded(bytes)]).stream(),
      duplex: 'half',
    } as RequestInit)
    expect(chunked.status).toBe(413)
  }
  expect(service.refused).toEqual(['run-complete', 'notify', 'run-complete', 'notify'])
  expect([service.recorder.kept.length, service.recorder.quarantined.length]).toEqual([1, 0])
})

/** Sends the text on a new connection and reads until the server closes it. */
const converse = (sent: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(service.url)
    const socket = connect(Number(port), hostname, () => socket.write(sent))
    let answer = ''
    socket.on('data', (chunk) => {
      answer += chunk.toString()
    })
    socket.on('end', () => resolve(answer))
    socket.on('error', reject)
  })

test('a body that does not arrive in time is answered with 408', async () => {
  service = await startIngest({ limits: { headers: 200, request: 400 } })
  const answer = await converse(
    'POST /api/codex/run-complete HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"a":',
  )
  expect(answer).toMatch(/^HTTP\/1\.1 408 /)
  expect(answer).toContain('"code":"timeout"')
  expect([service.recorder.kept, service.recorder.quarantined]).toEqual([[], []])
})

test('bytes that are not HTTP are answered with problem details', async () => {
  service = await startIngest()
  const answer = await converse('HELLO\r\n\r\n')
  expect(answer).toMatch(/^HTTP\/1\.1 400 /)
  expect(answer).toContain('"code":"bad_request"')
})

test('other routes take JSON of any Content-Type, and answer anything else as a bad request', async () => {
  service = await startIngest()
  expect(
    (await service.post('/operate', '{"a":1}', { 'content-type': 'nonsense' })).body,
  ).toMatchObject({
    body: { a: 1 },
  })
  for (const body of ['{', Buffer.from([0xff]), '['.repeat(300)]) {
    expect(
      await service.post('/operate', body, { 'content-type': 'application/json' }),
    ).toMatchObject({
      status: 400,
      body: { code: 'bad_request' },
    })
  }
})

test('a batch of more than 1000 elements is quarantined as one message', async () => {
  service = await startIngest({ ingest: 'secret' })
  const batch = (elements: number) =>
    JSON.stringify([{ specversion: '1.0', ingesttoken: 'secret' }, ...Array(elements - 1).fill(1)])
  expect(await service.post('/api/codex/run-complete', batch(1_001))).toMatchObject({
    status: 400,
    body: { code: 'malformed_event', detail: expect.stringMatching(/send at most 1000/) },
  })
  expect(service.recorder.quarantined).toHaveLength(1)
  expect(String(service.recorder.quarantined[0]?.malformed.body)).not.toContain('secret')
  const authorization = { authorization: 'Bearer secret' }
  const accepted = await service.post('/api/codex/run-complete', batch(1_000), authorization)
  expect(accepted.status).toBe(202)
  expect(service.recorder.quarantined).toHaveLength(1_001)
})

test('without a token in a header or an event no body is parsed', async () => {
  service = await startIngest({ ingest: 'secret' })
  const hostile = `[${'{},'.repeat(500_000)}{}]`
  for (const path of ['run-complete', 'notify', 'github-events'])
    expect(await service.post(`/api/codex/${path}`, hostile)).toMatchObject({
      status: 401,
      body: { code: 'unauthenticated' },
    })
  expect(service.recorder.quarantined).toEqual([])
})

test('large bodies that do not end keep no other message out', async () => {
  service = await startIngest()
  const { port, hostname } = new URL(service.url)
  const head = `POST /api/codex/notify HTTP/1.1\r\nhost: x\r\ncontent-length: ${MAX_BODY_BYTES}\r\n\r\n`
  const endless = await Promise.all(
    Array.from({ length: 40 }, async () => {
      const socket = connect(Number(port), hostname)
      socket.on('error', () => {})
      socket.write(head)
      await new Promise<void>((resolve) =>
        socket.write('x'.repeat(MAX_BODY_BYTES - 1), () => resolve()),
      )
      return socket
    }),
  )
  const large = JSON.stringify({ workflow_name: 'w', prompt: 'x'.repeat(MAX_BODY_BYTES - 100) })
  await expect
    .poll(async () => (await service.post('/api/codex/notify', large)).status, { timeout: 60_000 })
    .toBe(503)
  const refused = await service.post('/api/codex/notify', large)
  expect(refused.body.code).toBe('unavailable')
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  const small = JSON.stringify({ workflow_name: 'w', prompt: 'x'.repeat(10_000) })
  expect((await service.post('/api/codex/notify', small)).status).toBe(202)

  for (const socket of endless) socket.destroy()
  await expect
    .poll(async () => (await service.post('/api/codex/notify', large)).status, { timeout: 60_000 })
    .toBe(202)
})
