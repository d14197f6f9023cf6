import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { maxBody } from '../../services/judge/src/ingest/http/bodies.ts'
import { type Listening, listening } from './listening.ts'

let service: Listening
afterEach(() => service.close())

const padded = (bytes: number): Buffer => Buffer.from(`{"a":"${'x'.repeat(bytes - 8)}"}`)

test('2 MiB are taken, one byte more is not; the sender is told, whether or not it announced the size', async () => {
  service = await listening()
  expect((await service.post('/api/codex/run-complete', padded(maxBody))).status).toBe(202)
  for (const bytes of [maxBody + 1, 5 * maxBody]) {
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

/** Everything the server says on a connection over which `sent` was sent, until it closes it. */
const conversation = (sent: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(service.url)
    const socket = connect(Number(port), hostname, () => socket.write(sent))
    let said = ''
    socket.on('data', (chunk) => {
      said += chunk.toString()
    })
    socket.on('end', () => resolve(said))
    socket.on('error', reject)
  })

test('a body that does not arrive in time is not waited for', async () => {
  service = await listening({ limits: { headers: 200, request: 400 } })
  const said = await conversation(
    'POST /api/codex/run-complete HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"a":',
  )
  expect(said).toMatch(/^HTTP\/1\.1 408 /)
  expect(said).toContain('"code":"timeout"')
  expect([service.recorder.kept, service.recorder.quarantined]).toEqual([[], []])
})

test('what is no HTTP is told so in the same form', async () => {
  service = await listening()
  const said = await conversation('HELLO\r\n\r\n')
  expect(said).toMatch(/^HTTP\/1\.1 400 /)
  expect(said).toContain('"code":"bad_request"')
})

test('other routes take JSON whatever its Content-Type says, and call what is none a bad request', async () => {
  service = await listening()
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
