import { fork } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { Client } from 'minio'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createMinioStore } from '../../services/judge/src/adapters/stores/minio.ts'
import { readArtifact } from '../../services/judge/src/artifacts/read-artifact.ts'
import { s3Login } from '../harness/infra/s3.ts'
import { startTcpProxy } from '../harness/infra/tcp-proxy.ts'
import { createTgz } from '../world/archive.ts'

const address = process.env.TEST_S3 ?? ''
const login = {
  accessKey: process.env.TEST_S3_ACCESS_KEY ?? s3Login.accessKey,
  secretKey: process.env.TEST_S3_SECRET_KEY ?? s3Login.secretKey,
}
const product = process.env.TEST_S3_PRODUCT
const { signal } = new AbortController()
const MEBIBYTE = 1024 * 1024

describe.skipIf(address === '')('artifacts on a real S3 server', () => {
  const server = () => new URL(address)
  const endpoint = (port = Number(server().port)) => ({ host: server().hostname, port, tls: false })
  const store = (over: { port?: number; credentials?: typeof login } = {}) =>
    createMinioStore({
      endpoint: endpoint(over.port),
      credentials: over.credentials ?? login,
      region: 'us-east-1',
    })

  /** Creates a bucket with these objects for one test. */
  async function bucket(objects: Readonly<Record<string, Buffer>>): Promise<string> {
    const { host, port } = endpoint()
    const client = new Client({
      endPoint: host,
      port,
      useSSL: false,
      region: 'us-east-1',
      pathStyle: true,
      ...login,
    })
    const name = `test-${randomUUID()}`
    await client.makeBucket(name, 'us-east-1')
    for (const [key, body] of Object.entries(objects)) await client.putObject(name, key, body)
    onTestFinished(async () => {
      await client.removeObjects(name, Object.keys(objects))
      await client.removeBucket(name)
    })
    return name
  }
  const readAll = async (stream: AsyncIterable<Uint8Array>): Promise<Buffer> =>
    Buffer.concat(await collect(stream))

  test('an object is streamed unchanged, and keys are listed by prefix', async () => {
    const body = randomBytes(3 * MEBIBYTE)
    const name = await bucket({
      'wf/pod/log file.tgz': body,
      'wf/pod/ä.txt': Buffer.from('umlaut'),
      'other/x': Buffer.from('x'),
    })
    const object = await store().open(name, 'wf/pod/log file.tgz', signal)
    expect(object?.bytes).toBe(body.length)
    expect((await readAll(object?.stream ?? emptyStream())).equals(body)).toBe(true)
    expect((await store().list(name, 'wf/', 10, signal)).toSorted()).toEqual([
      'wf/pod/log file.tgz',
      'wf/pod/ä.txt',
    ])
    const odd = await store().open(name, 'wf/pod/ä.txt', signal)
    expect((await readAll(odd?.stream ?? emptyStream())).toString()).toBe('umlaut')
  })

  test('a listing with a key that the client cannot decode is refused, so it is not retried', async () => {
    const name = await bucket({ 'wf/100%.txt': Buffer.from('x') })
    const keys = store().list(name, 'wf/', 10, signal)
    await (product === 'versitygw'
      ? expect(keys).rejects.toMatchObject({ kind: 'refused' })
      : expect(keys).resolves.toEqual(['wf/100%.txt']))
  })

  test('a missing key or bucket is a missing object, and not an unavailable store', async () => {
    const name = await bucket({})
    expect(await store().open(name, 'wf/none', signal)).toBeNull()
    expect(await store().open('no-such-bucket-anywhere', 'wf/none', signal)).toBeNull()
    expect(await store().list('no-such-bucket-anywhere', 'wf/', 10, signal)).toEqual([])
  })

  test('wrong credentials are forbidden', async () => {
    const name = await bucket({ key: Buffer.from('body') })
    const wrongSecret = store({ credentials: { ...login, secretKey: 'a-wrong-secret-key' } })
    await expect(wrongSecret.open(name, 'key', signal)).rejects.toMatchObject({ kind: 'forbidden' })
    const wrongKey = store({ credentials: { ...login, accessKey: 'an-unknown-key' } })
    await expect(wrongKey.open(name, 'key', signal)).rejects.toMatchObject({ kind: 'forbidden' })
  })

  test('a truncated body is an unavailable store, and never a shorter artifact', async () => {
    const name = await bucket({ key: randomBytes(4 * MEBIBYTE) })
    const proxy = await startTcpProxy({
      to: { host: server().hostname, port: Number(server().port) },
      breakAfterBytes: MEBIBYTE,
    })
    onTestFinished(proxy.close)
    const object = await store({ port: proxy.port }).open(name, 'key', signal)
    await expect(readAll(object?.stream ?? emptyStream())).rejects.toMatchObject({
      kind: 'unavailable',
    })
  })

  test('a slow body ends with the abort signal', async () => {
    const name = await bucket({ key: randomBytes(8 * MEBIBYTE) })
    const proxy = await startTcpProxy({
      to: { host: server().hostname, port: Number(server().port) },
      bytesPerSecond: 64 * 1024,
    })
    onTestFinished(proxy.close)
    const patience = new AbortController()
    const object = await store({ port: proxy.port }).open(name, 'key', patience.signal)
    const reading = readAll(onFirstChunk(object?.stream ?? emptyStream(), () => patience.abort()))
    await expect(reading).rejects.toMatchObject({ kind: 'unavailable' })
  })

  test('a tgz inside a tgz is unpacked, whatever its name is', async () => {
    const inner = await createTgz({ '.codex-implementation.log': 'three attempts are made now\n' })
    const name = await bucket({
      'wf/implementation-log': await createTgz({ 'implementation-log.bin': inner }),
    })
    const object = await store().open(name, 'wf/implementation-log', signal)
    if (object === null) throw new Error('there is an object')
    const seen: string[] = []
    await readArtifact(object, (entry) => {
      seen.push(JSON.stringify(entry))
      return null
    })
    expect(seen.join()).toContain('.codex-implementation.log')
  })

  test('reading an archive of 50 MiB takes at most 64 MiB of memory', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 52 }, (_, n) => [`files/${n}`, randomBytes(MEBIBYTE)]),
    )
    const name = await bucket({ changes: await createTgz(files) })
    const child = fork(new URL('measure-s3.ts', import.meta.url), [], {
      execArgv: ['--expose-gc', '--max-semi-space-size=2'],
      env: {
        ...process.env,
        MEASURE: JSON.stringify({
          endpoint: endpoint(),
          credentials: login,
          bucket: name,
          key: 'changes',
        }),
      },
    })
    const [message] = await once(child, 'message')
    expect(message).toMatchObject({ outcome: 'read' })
    expect(message.storedBytes).toBeGreaterThan(50 * MEBIBYTE)
    expect(message.extra).toBeLessThan(64 * MEBIBYTE)
  })
})

async function* emptyStream(): AsyncGenerator<Uint8Array> {}

async function* onFirstChunk(
  stream: AsyncIterable<Uint8Array>,
  began: () => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) {
    began()
    yield chunk
  }
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return chunks
}
