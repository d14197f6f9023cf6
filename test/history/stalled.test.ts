import { once } from 'node:events'
import net from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { seedRun, seedTransition } from '../harness/seed.ts'
import { startHistoryService, type TestService } from './history-service.ts'

let service: TestService
beforeEach(async () => {
  service = await startHistoryService({
    stalledAfter: 200,
    keepAliveEvery: 20,
    streamBounds: { client: 2, all: 3 },
    tokens: {
      operator: ['ada', 'bob', 'eve'].map((name) => ({ name, token: `${name}-token` })),
    },
  })
})
afterEach(() => service.close())

test('an idle stream is kept alive', async () => {
  const client = new AbortController()
  const answer = await fetch(`${service.url}/api/codex/events`, { signal: client.signal })
  const seen: string[] = []
  for await (const part of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    seen.push(part)
    if (seen.join('').split('\n\n').length > 3) break
  }
  expect(seen.join('')).toMatch(/^retry: 1000\n\n: \w+\n\n: \w+\n\n/)
  client.abort()
})

test('a client that stops reading is disconnected, and nothing is buffered for it', async () => {
  const id = await seedRun(service.db, { prompt: 'x'.repeat(400_000) })
  for (let n = 0; n < 60; n++)
    await seedTransition(service.db, id, { from: 'run_complete', to: 'judging' })
  const { port } = new URL(service.url)
  const client = net.connect(Number(port), '127.0.0.1')
  const connected = once(service.app.server, 'connection')
  client.write('GET /api/codex/events HTTP/1.1\r\nhost: x\r\nlast-event-id: 0\r\n\r\n')
  client.pause()
  const [socket] = await connected
  await once(socket, 'close')
  // Far less than the 24 MB of events was ever written for it.
  expect(socket.bytesWritten).toBeLessThan(12_000_000)
  client.destroy()
})

test('a client has a few streams, and all clients together have a few more', async () => {
  const open: AbortController[] = []
  const stream = async (path: string, name: string | null) => {
    const client = new AbortController()
    const headers: Record<string, string> =
      name === null ? {} : { authorization: `Bearer ${name}-token` }
    const { status, headers: answered } = await fetch(service.url + path, {
      signal: client.signal,
      headers,
    })
    if (status === 200) open.push(client)
    return { status, retries: Number(answered.get('retry-after')) > 0 }
  }
  const id = await seedRun(service.db)
  expect((await stream(`/api/codex/runs/${id}/events`, 'ada')).status).toBe(200)
  expect((await stream(`/api/agents/events?runId=${id}`, 'ada')).status).toBe(200)
  expect(await stream('/api/codex/events', 'ada')).toEqual({ status: 429, retries: true })
  expect((await stream('/api/codex/events', null)).status).toBe(200)
  expect(await stream('/api/codex/events', 'bob')).toEqual({ status: 503, retries: true })

  for (const client of open.splice(0)) client.abort()
  await expect.poll(async () => (await stream('/api/codex/events', 'ada')).status).toBe(200)
  for (const client of open) client.abort()
})
