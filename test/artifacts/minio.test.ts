import { once } from 'node:events'
import { expect, test } from 'vitest'
import { createMinioStore } from '../../services/judge/src/adapters/stores/minio.ts'
import { type Answer, serve } from './serve.ts'

const { signal } = new AbortController()
const credentials = { accessKey: 'key', secretKey: 'secret' }
const storeAt = async (answer: Answer) => {
  const server = await serve(answer)
  return {
    ...server,
    store: createMinioStore({
      endpoint: { host: '127.0.0.1', port: server.port, tls: false },
      credentials,
      region: 'eu-test-1',
    }),
  }
}
const readText = async (object: { readonly stream: AsyncIterable<Uint8Array> } | null) => {
  const chunks: Uint8Array[] = []
  for await (const chunk of object?.stream ?? []) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
const s3Error =
  (status: number, code: string): Answer =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/xml' })
    response.end(
      `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code} it says</Message></Error>`,
    )
  }

test('an object is streamed, with a request signed for its region', async () => {
  const { store, seen } = await storeAt((_request, response) =>
    response.writeHead(200, { 'content-length': '5' }).end('hello'),
  )
  const object = await store.open('bucket', 'wf/pod/log file.tgz', signal)
  expect(object?.bytes).toBe(5)
  expect(await readText(object)).toBe('hello')
  expect(seen[0]?.url).toBe('/bucket/wf/pod/log%20file.tgz')
  expect(seen[0]?.headers.authorization).toMatch(/Credential=key\/\d{8}\/eu-test-1\/s3/)
})

test.each([
  [404, 'NoSuchKey'],
  [404, 'NoSuchBucket'],
])('%d %s is no object', async (status, code) => {
  const { store } = await storeAt(s3Error(status, code))
  expect(await store.open('bucket', 'key', signal)).toBeNull()
  expect(await store.list('bucket', 'prefix/', 10, signal)).toEqual([])
})

test.each([
  [403, 'AccessDenied', 'forbidden'],
  [403, 'InvalidAccessKeyId', 'forbidden'],
  [403, 'SignatureDoesNotMatch', 'forbidden'],
  [404, 'XAdminUserNotFound', 'forbidden'],
  [503, 'SlowDown', 'unavailable'],
  [500, 'InternalError', 'unavailable'],
  [400, 'Whatever', 'unavailable'],
])('%d %s is %s', async (status, code, kind) => {
  const { store, seen } = await storeAt(s3Error(status, code))
  await expect(store.open('bucket', 'key', signal)).rejects.toMatchObject({ name: 'Failure', kind })
  expect(seen).toHaveLength(1)
})

test('an unreachable server is unavailable', async () => {
  const store = createMinioStore({
    endpoint: { host: '127.0.0.1', port: 9, tls: false },
    credentials,
    region: 'us-east-1',
  })
  await expect(store.open('bucket', 'key', signal)).rejects.toMatchObject({ kind: 'unavailable' })
})

test('an invalid bucket or key is refused without a request', async () => {
  const { store, seen } = await storeAt((_request, response) => response.end())
  await expect(store.open('../x', 'key', signal)).rejects.toMatchObject({ kind: 'refused' })
  expect(seen).toHaveLength(0)
})

test('a body that breaks off is unavailable', async () => {
  const { store } = await storeAt((_request, response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('hello', () => response.destroy())
  })
  const object = await store.open('bucket', 'key', signal)
  await expect(readText(object)).rejects.toMatchObject({ kind: 'unavailable' })
})

test('an abort ends the wait for an answer or a body', async () => {
  const silent = await storeAt(() => undefined)
  const first = new AbortController()
  const pending = silent.store.open('bucket', 'key', first.signal)
  const refused = expect(pending).rejects.toMatchObject({ kind: 'unavailable' })
  first.abort()
  await refused

  const slow = await storeAt((_request, response) =>
    response.writeHead(200, { 'content-length': '100' }).write('hello'),
  )
  const second = new AbortController()
  const object = await slow.store.open('bucket', 'key', second.signal)
  const closed = once(slow.seen[0]?.socket ?? process, 'close')
  const text = readText(object)
  const broken = expect(text).rejects.toMatchObject({ kind: 'unavailable' })
  second.abort()
  await broken
  await closed
})

test('keys are listed page by page, up to the limit', async () => {
  const { store, seen } = await storeAt((request, response) => {
    const next = new URL(request.url ?? '', 'http://x').searchParams.get('continuation-token')
    const keys = next === null ? ['wf/a/log', 'wf/a/status'] : ['wf/b/log']
    const contents = keys
      .map(
        (key) =>
          `<Contents><Key>${key}</Key><LastModified>2026-11-20T08:00:00.000Z</LastModified><ETag>"x"</ETag><Size>1</Size></Contents>`,
      )
      .join('')
    response.end(
      `<?xml version="1.0"?><ListBucketResult><Name>bucket</Name><IsTruncated>${next === null}</IsTruncated>${next === null ? '<NextContinuationToken>t</NextContinuationToken>' : ''}${contents}</ListBucketResult>`,
    )
  })
  expect(await store.list('bucket', 'wf/', 10, signal)).toEqual([
    'wf/a/log',
    'wf/a/status',
    'wf/b/log',
  ])
  expect(seen).toHaveLength(2)
  expect(await store.list('bucket', 'wf/', 1, signal)).toEqual(['wf/a/log'])
})
