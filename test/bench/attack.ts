import { connect, type Socket } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import { createSeededRandom } from '../harness/seeded-random.ts'
import type { AttackInput } from './hostile.ts'

/*
 * A thread that attacks the service until its time is over: the requests of outsiders, of holders
 * of the ingest token, and of clients that never finish what they begin.
 */

const { url, tokens, seconds, seed, only }: AttackInput = workerData
const random = createSeededRandom(seed)
const until = Date.now() + seconds * 1_000
/** Together ten attacks a second: one that only sends more is limited by the ingress. */
const ATTACKERS = 4
const PAUSE_MS = 400
const MAX_SOCKETS = 200
const MIB = 1024 * 1024

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const counts: Record<string, number> = {}

const send = async (path: string, init: RequestInit): Promise<string> => {
  const response = await fetch(url + path, { ...init, signal: AbortSignal.timeout(30_000) })
  return await response.text()
}
const postCompletion = (body: string, headers: Readonly<Record<string, string>>) =>
  send('/api/codex/run-complete', { method: 'POST', body, headers })

const event = '{"specversion":"1.0","id":"1","source":"/x","type":"t","data":{"run":1}}'
const batch = `[${Array.from({ length: Math.floor((1.9 * MIB) / (event.length + 1)) }, () => event).join()}]`
const asBatch = { 'content-type': 'application/cloudevents-batch+json' }
/** Each letter of one key in either case, as the parser might fold them. */
const spellings = `{${Array.from({ length: 32_768 }, (_, bits) => {
  const key = [...'repositoryissue'].map((letter, n) =>
    bits & (1 << n) ? letter.toUpperCase() : letter,
  )
  return `"${key.join('')}":1`
}).join()}}`
const nested = '['.repeat(MIB) + ']'.repeat(MIB / 2)

const open = new Set<Socket>()
/** A connection that sends this, and then nothing more. It is closed when there are too many. */
function hold(text: string): void {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(text))
  socket.on('error', () => {})
  socket.on('close', () => open.delete(socket))
  socket.pause()
  open.add(socket)
  const [oldest] = open
  if (open.size > MAX_SOCKETS) oldest?.destroy()
}

async function replay(): Promise<void> {
  const list = await send('/api/codex/quarantine?limit=24', { headers: bearer(tokens.operator) })
  const { quarantine = [] } = JSON.parse(list) as { quarantine?: readonly { id: string }[] }
  await Promise.all(
    quarantine.map(({ id }) =>
      send(`/api/codex/quarantine/${id}/replay`, {
        method: 'POST',
        body: '{}',
        headers: bearer(tokens.operator),
      }),
    ),
  )
}

const attacks: Readonly<Record<string, () => unknown>> = {
  'wrong token': () => postCompletion('{}', bearer(`wrong-${random()}`)),
  'no token, 2 MiB batch': () => postCompletion(batch, asBatch),
  'batch of too many': () => postCompletion(batch, { ...asBatch, ...bearer(tokens.ingest) }),
  'spellings of a key': () => postCompletion(spellings, bearer(tokens.ingest)),
  'half a message': () => postCompletion(`{"half":${random()}`, bearer(tokens.ingest)),
  'nested text': () => postCompletion(nested, bearer(tokens.ingest)),
  'too large': () => postCompletion('x'.repeat(3 * MIB), bearer(tokens.ingest)),
  'huge headers': () =>
    send('/api/codex/runs/list', { headers: { 'x-filler': 'y'.repeat(60_000) } }),
  'forged webhook': () =>
    send('/webhooks/github', {
      method: 'POST',
      body: JSON.stringify({ action: 'completed', filler: 'z'.repeat(100_000) }),
      headers: {
        'x-github-event': 'check_run',
        'x-github-delivery': String(random()),
        'x-hub-signature-256': `sha256=${'0'.repeat(64)}`,
      },
    }),
  'slow headers': () => hold('POST /api/codex/run-complete HTTP/1.1\r\nHost: x\r\nX-Slow: '),
  'slow body': () =>
    hold('POST /api/codex/run-complete HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n{'),
  'stream that is not read': () =>
    hold(
      `GET /api/codex/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tokens.read}\r\n\r\n`,
    ),
  'long search': () =>
    send(`/api/codex/runs/list?exactTotal=true&q=${'%25a'.repeat(300)}`, {
      headers: bearer(tokens.read),
    }),
  'many replays': replay,
}

const names = Object.keys(attacks).filter((name) => only === null || name === only)
async function attack(): Promise<void> {
  while (Date.now() < until) {
    const name = names[Math.floor(random() * names.length)] ?? ''
    counts[name] = (counts[name] ?? 0) + 1
    // A refusal may close the connection in the middle of the request.
    await Promise.resolve(attacks[name]?.()).catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
}

await Promise.all(Array.from({ length: ATTACKERS }, attack))
for (const socket of open) socket.destroy()
parentPort?.postMessage(counts)
