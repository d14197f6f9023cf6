import { fork } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { Client } from 'minio'
import { describe, expect, onTestFinished, test } from 'vitest'
import { minioStore } from '../../services/judge/src/adapters/stores/minio.ts'
import { readArtifact } from '../../services/judge/src/artifacts/read.ts'
import { s3Login } from '../harness/infra/s3.ts'
import { tcpProxy } from '../harness/infra/tcp-proxy.ts'
import { tgz } from '../world/archive.ts'

const address = process.env.TEST_S3 ?? ''
const login = {
  accessKey: process.env.TEST_S3_ACCESS_KEY ?? s3Login.accessKey,
  secretKey: process.env.TEST_S3_SECRET_KEY ?? s3Login.secretKey,
}
const product = process.env.TEST_S3_PRODUCT
const { signal } = new AbortController()
const mebibyte = 1024 * 1024

describe.skipIf(address === '')('artifacts on a real S3 server', () => {
  const server = () => new URL(address)
  const endpoint = (port = Number(server().port)) => ({ host: server().hostname, port, tls: false })
  const store = (over: { port?: number; credentials?: typeof login } = {}) =>
    minioStore({
      endpoint: endpoint(over.port),
      credentials: over.credentials ?? login,
      region: 'us-east-1',
    })

  /** A bucket of the test's own with these objects. */
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
  const bytesOf = async (stream: AsyncIterable<Uint8Array>): Promise<Buffer> =>
    Buffer.concat(await collected(stream))

  test('an object is streamed as it was stored, and its keys are found by prefix', async () => {
    const body = randomBytes(3 * mebibyte)
    const name = await bucket({
      'wf/pod/log file.tgz': body,
      'wf/pod/ä.txt': Buffer.from('umlaut'),
      'other/x': Buffer.from('x'),
    })
    const object = await store().open(name, 'wf/pod/log file.tgz', signal)
    expect(object?.bytes).toBe(body.length)
    expect((await bytesOf(object?.stream ?? none())).equals(body)).toBe(true)
    expect((await store().list(name, 'wf/', 10, signal)).toSorted()).toEqual([
      'wf/pod/log file.tgz',
      'wf/pod/ä.txt',
    ])
    const odd = await store().open(name, 'wf/pod/ä.txt', signal)
    expect((await bytesOf(odd?.stream ?? none())).toString()).toBe('umlaut')
  })

  test('a listing holds a key that the client cannot read: it is refused, because another try reads the same', async () => {
    const name = await bucket({ 'wf/100%.txt': Buffer.from('x') })
    const keys = store().list(name, 'wf/', 10, signal)
    await (product === 'versitygw'
      ? expect(keys).rejects.toMatchObject({ kind: 'refused' })
      : expect(keys).resolves.toEqual(['wf/100%.txt']))
  })

  test('a missing key, and a missing bucket, is no object: not a store that is away', async () => {
    const name = await bucket({})
    expect(await store().open(name, 'wf/none', signal)).toBeNull()
    expect(await store().open('no-such-bucket-anywhere', 'wf/none', signal)).toBeNull()
    expect(await store().list('no-such-bucket-anywhere', 'wf/', 10, signal)).toEqual([])
  })

  test('wrong credentials are forbidden: neither missing nor away', async () => {
    const name = await bucket({ key: Buffer.from('body') })
    const wrongSecret = store({ credentials: { ...login, secretKey: 'a-wrong-secret-key' } })
    await expect(wrongSecret.open(name, 'key', signal)).rejects.toMatchObject({ kind: 'forbidden' })
    const wrongKey = store({ credentials: { ...login, accessKey: 'nobody-we-know' } })
    await expect(wrongKey.open(name, 'key', signal)).rejects.toMatchObject({ kind: 'forbidden' })
  })

  test('a body that breaks off is a store that is away, and never a shorter artifact', async () => {
    const name = await bucket({ key: randomBytes(4 * mebibyte) })
    const proxy = await tcpProxy({
      to: { host: server().hostname, port: Number(server().port) },
      breaksAfter: mebibyte,
    })
    onTestFinished(proxy.close)
    const object = await store({ port: proxy.port }).open(name, 'key', signal)
    await expect(bytesOf(object?.stream ?? none())).rejects.toMatchObject({ kind: 'unavailable' })
  })

  test('a body that crawls ends with the signal, long before it would by itself', async () => {
    const name = await bucket({ key: randomBytes(8 * mebibyte) })
    const proxy = await tcpProxy({
      to: { host: server().hostname, port: Number(server().port) },
      bytesPerSecond: 64 * 1024,
    })
    onTestFinished(proxy.close)
    const patience = new AbortController()
    const object = await store({ port: proxy.port }).open(name, 'key', patience.signal)
    const reading = bytesOf(watched(object?.stream ?? none(), () => patience.abort()))
    await expect(reading).rejects.toMatchObject({ kind: 'unavailable' })
  })

  test('a tgz inside a tgz is opened to the file within, whatever its name says', async () => {
    const inner = await tgz({ '.codex-implementation.log': 'three attempts are made now\n' })
    const name = await bucket({
      'wf/implementation-log': await tgz({ 'implementation-log.bin': inner }),
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

  test('a real archive of 50 MiB is read with at most 64 MiB more memory', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 52 }, (_, n) => [`files/${n}`, randomBytes(mebibyte)]),
    )
    const name = await bucket({ changes: await tgz(files) })
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
    expect(message.storedBytes).toBeGreaterThan(50 * mebibyte)
    expect(message.extra).toBeLessThan(64 * mebibyte)
  })
})

async function* none(): AsyncGenerator<Uint8Array> {}

async function* watched(
  stream: AsyncIterable<Uint8Array>,
  began: () => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) {
    began()
    yield chunk
  }
}

async function collected(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return chunks
}
