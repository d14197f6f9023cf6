import { createHash, randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import {
  type ArtifactLimits,
  artifactLimits,
  RefusedArtifact,
  readArtifact,
} from '../../services/judge/src/artifacts/read-artifact.ts'
import { createHeadSink } from '../../services/judge/src/artifacts/sinks.ts'
import { inPieces, tar, tgz } from './archives.ts'

/** Reads bytes with a sink for every file, as path → text. */
async function readContents(bytes: Buffer, limits: ArtifactLimits = artifactLimits) {
  const files = new Map<string, ReturnType<typeof createHeadSink>>()
  const content = await readArtifact(
    { bytes: bytes.length, stream: inPieces(bytes) },
    (path) => {
      const sink = createHeadSink(1_000_000)
      files.set(path ?? '', sink)
      return sink
    },
    limits,
  )
  return {
    ...content,
    files: Object.fromEntries([...files].map(([path, sink]) => [path, sink.text()])),
  }
}

const log = 'first line\nlast line\n'

test.each([
  ['raw', async () => Buffer.from(log), ''],
  ['gzip', async () => gzipSync(log), ''],
  ['tar', async () => tar({ name: './out.log', content: log }), 'out.log'],
  ['tgz', async () => tgz({ name: 'out.log', content: log }), 'out.log'],
  [
    'a tgz in a tgz',
    async () =>
      tgz({ name: 'whatever.txt', content: await tgz({ name: 'out.log', content: log }) }),
    'out.log',
  ],
  ['gzip in a tgz', async () => tgz({ name: 'out.log', content: gzipSync(log) }), 'out.log'],
  ['gzip in gzip', async () => gzipSync(gzipSync(log)), ''],
])('%s is read for what it is, and hashed as it is stored', async (_form, make, path) => {
  const bytes = await make()
  const read = await readContents(bytes)
  expect(read.files).toEqual({ [path]: log })
  expect(read).toMatchObject({
    storedBytes: bytes.length,
    contentBytes: log.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  })
})

test('an archive in a folder of an archive is not unpacked', async () => {
  const bomb = gzipSync(Buffer.alloc(100_000))
  const read = await readContents(
    await tgz(
      { name: 'metadata/manifest.json', content: '{}' },
      { name: 'files/bomb.gz', content: bomb },
    ),
  )
  expect(Object.keys(read.files)).toEqual(['metadata/manifest.json', 'files/bomb.gz'])
  expect(read.contentBytes).toBe(2 + bomb.length)
})

test('an empty object and an archive of empty files have no content', async () => {
  expect(await readContents(Buffer.alloc(0))).toMatchObject({
    storedBytes: 0,
    contentBytes: 0,
    files: { '': '' },
  })
  expect(await readContents(await tgz({ name: 'patch', content: '' }))).toMatchObject({
    contentBytes: 0,
  })
  expect(await readContents(await tgz())).toMatchObject({ contentBytes: 0 })
})

const small: ArtifactLimits = {
  storedBytes: 100_000,
  unpackedBytes: 200_000,
  entries: 10,
  depth: 3,
  ratio: 50,
  ratioFrom: 50_000,
}

test.each([
  ['a link', () => tgz({ name: 'files/a', type: 'symlink', linkname: '/etc/passwd' }), /symlink/],
  [
    'a hard link',
    () => tgz({ name: 'files/a', type: 'link', linkname: 'metadata/manifest.json' }),
    /link/,
  ],
  ['a device', () => tgz({ name: 'files/a', type: 'character-device' }), /character-device/],
  ['a pipe', () => tgz({ name: 'files/a', type: 'fifo' }), /fifo/],
  ['a path that climbs', () => tgz({ name: '../../etc/passwd', content: 'x' }), /leads out/],
  ['a path that climbs later', () => tgz({ name: 'files/../../x', content: 'x' }), /leads out/],
  ['an absolute path', () => tgz({ name: '/etc/passwd', content: 'x' }), /leads out/],
  ['a path of another system', () => tgz({ name: 'C:\\x', content: 'x' }), /leads out/],
  ['a path that climbs backwards', () => tgz({ name: '..\\x', content: 'x' }), /leads out/],
  ['a bomb of zeros', async () => gzipSync(Buffer.alloc(10_000_000)), /unpacks to more/],
  [
    'a bomb in a tgz',
    () => tgz({ name: 'x', content: gzipSync(Buffer.alloc(1_000_000)) }),
    /unpacks to more/,
  ],
  [
    'more bytes than allowed, honestly packed',
    async () => gzipSync(randomBytes(250_000).map((byte) => byte & 3)),
    /more than 200000 bytes/,
  ],
  ['more stored bytes than allowed', async () => randomBytes(100_001), /limit of 100000/],
  [
    'more entries than allowed',
    () => tgz(...Array.from({ length: 11 }, (_, i) => ({ name: `f/${i}`, content: 'x' }))),
    /more than 10 entries/,
  ],
  [
    'archives too deep in each other',
    async () => gzipSync(gzipSync(gzipSync(gzipSync('x')))),
    /more than 3 deep/,
  ],
  [
    'a gzip that is cut short',
    async () => gzipSync(randomBytes(5000)).subarray(0, 3000),
    /cannot be unpacked/,
  ],
  [
    'a tar that is cut short',
    async () => (await tar({ name: 'f/a', content: randomBytes(5000) })).subarray(0, 3000),
    /cannot be unpacked/,
  ],
  [
    'a gzip with wrong bytes',
    async () => Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0]), randomBytes(500)]),
    /cannot be unpacked/,
  ],
])('%s is refused, and says why', async (_what, make, why) => {
  const read = readContents(await make(), small)
  await expect(read).rejects.toBeInstanceOf(RefusedArtifact)
  await expect(read).rejects.toThrow(why)
})

test('a body that ends early is a failure of the store, not of the artifact', async () => {
  const bytes = await tgz({ name: 'a', content: log })
  const read = readArtifact(
    { bytes: bytes.length, stream: inPieces(bytes.subarray(0, 60), 20) },
    () => null,
  )
  await expect(read).rejects.toMatchObject({ name: 'Failure', kind: 'unavailable' })
})

test('a refused object is closed at once', async () => {
  let closed = false
  let sent = 0
  async function* endless() {
    try {
      for (;;) {
        sent += 64 * 1024
        yield new Uint8Array(64 * 1024)
      }
    } finally {
      closed = true
    }
  }
  await expect(readArtifact({ bytes: null, stream: endless() }, () => null, small)).rejects.toThrow(
    /longer than the limit/,
  )
  await expect.poll(() => closed).toBe(true)
  expect(sent).toBeLessThan(1_000_000)
})

test('a refusal does not wait for a stalled store', async () => {
  const bomb = gzipSync(Buffer.alloc(10_000_000))
  const never = new Promise<never>(() => undefined)
  async function* stalling() {
    yield bomb
    await never
  }
  await expect(
    readArtifact({ bytes: null, stream: stalling() }, () => null, small),
  ).rejects.toThrow(/unpacks to more/)
})
