import { once } from 'node:events'
import net from 'node:net'
import { text } from 'node:stream/consumers'
import Fastify from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { capConnections } from '../../services/judge/src/lib/connection-cap.ts'
import { createServerOptions } from '../../services/judge/src/lib/server-options.ts'

/** A server of at most three connections, whose route `/held` answers when the test lets it. */
async function startServer() {
  const app = Fastify({ ...createServerOptions(), forceCloseConnections: true })
  const held: (() => void)[] = []
  app.get('/held', () => new Promise((resolve) => held.push(() => resolve({ ok: true }))))
  app.post('/', async () => ({ ok: true }))
  app.get('/', async () => ({ ok: true }))
  capConnections(app.server, 3)
  await app.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(() => app.close())
  const { port } = app.server.address() as net.AddressInfo
  const connect = async (bytes = ''): Promise<net.Socket> => {
    const accepted = once(app.server, 'connection')
    const socket = net.connect(port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write(bytes)
    await accepted
    return socket
  }
  return { app, held, connect }
}

const request = (path: string): string =>
  `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`

test('connections that send nothing, or too slowly, make room for others, the oldest first', async () => {
  const { connect } = await startServer()
  const silent = await connect()
  const slow = await connect('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n{')
  const halfway = await connect('GET / HTTP/1.1\r\nhost:')
  const closed = [silent, slow, halfway].map((socket) => once(socket.resume(), 'close'))
  for (let n = 0; n < 9; n += 1)
    expect(await text(await connect(request('/')))).toMatch(/^HTTP\/1\.1 200 /)
  await closed[0]
  expect(silent.destroyed).toBe(true)
  for (let n = 0; n < 3; n += 1) await connect()
  await Promise.all(closed)
})

test('requests that are being answered are never given up: a new connection gets 503', async () => {
  const { connect, held } = await startServer()
  const busy = [1, 2, 3].map(() => connect(request('/held')).then(text))
  await expect.poll(() => held.length).toBe(3)
  const answer = await text(await connect())
  expect(answer).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\nretry-after: \d+\r\n/)
  expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ code: 'unavailable' })
  for (const release of held) release()
  for (const one of await Promise.all(busy)) expect(one).toMatch(/^HTTP\/1\.1 200 /)
  expect(await text(await connect(request('/')))).toMatch(/^HTTP\/1\.1 200 /)
})

test('a client that does not close its side after a refusal cannot keep the connection', async () => {
  const { app, connect } = await startServer()
  const socket = await connect(`GET / HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`)
  expect(await text(socket)).toContain('larger than 16 KiB')
  await expect
    .poll(() => new Promise((resolve) => app.server.getConnections((_, open) => resolve(open))))
    .toBe(0)
})
