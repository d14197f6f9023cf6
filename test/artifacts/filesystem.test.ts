import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFilesystemStore } from '../../services/judge/src/adapters/stores/filesystem.ts'

const { signal } = new AbortController()
let home = ''
const put = async (path: string, content: string) => {
  await mkdir(dirname(join(home, path)), { recursive: true })
  await writeFile(join(home, path), content)
}
const store = () => createFilesystemStore(join(home, 'artifacts'))
const read = async (bucket: string, key: string, within = signal) => {
  const object = await store().open(bucket, key, within)
  if (object === null) return null
  const chunks: Uint8Array[] = []
  for await (const chunk of object.stream) chunks.push(chunk)
  return { bytes: object.bytes, text: Buffer.concat(chunks).toString() }
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'codex-judge-artifacts-'))
  await put('secret', 'do not show')
  await put('artifacts/b/wf/pod/status.tgz', 'status')
  await put('artifacts/b/wf/pod/log', 'log')
  await put('artifacts/b/wf2/pod/log', 'another')
  await symlink(join(home, 'secret'), join(home, 'artifacts/b/link'))
  await symlink(home, join(home, 'artifacts/b/folder'))
})
afterAll(() => rm(home, { recursive: true }))

test('an object is a file in the directory of its bucket', async () => {
  expect(await read('b', 'wf/pod/status.tgz')).toEqual({ bytes: 6, text: 'status' })
})

test.each([
  ['b', 'wf/pod/none'],
  ['none', 'wf/pod/status.tgz'],
  ['b', 'wf'],
  ['b', 'wf/pod/log/deeper'],
])('bucket %s has no object %s', async (bucket, key) => expect(await read(bucket, key)).toBeNull())

test.each([
  ['b', '../../secret'],
  ['..', 'secret'],
  ['b', '/etc/passwd'],
  ['b/../..', 'secret'],
  ['.', 'b/wf/pod/log'],
  ['b', 'wf//pod/log'],
  ['b', 'wf\\..\\..\\secret'],
  ['b', 'link'],
  ['b', 'folder/secret'],
])('bucket %s with key %s leads out of the store and is refused', async (bucket, key) => {
  await expect(read(bucket, key)).rejects.toMatchObject({ kind: 'refused' })
})

test('a missing directory is empty', async () => {
  const empty = createFilesystemStore(join(home, 'not-yet'))
  expect(await empty.open('b', 'k', signal)).toBeNull()
  expect(await empty.list('b', 'wf/', 10, signal)).toEqual([])
})

test('keys are listed by prefix, up to the limit and without links', async () => {
  expect(await store().list('b', 'wf/', 10, signal)).toEqual(['wf/pod/log', 'wf/pod/status.tgz'])
  expect(await store().list('b', 'wf/', 1, signal)).toHaveLength(1)
  expect(await store().list('b', '', 10, signal)).toEqual([
    'wf/pod/log',
    'wf/pod/status.tgz',
    'wf2/pod/log',
  ])
})

test('an abort ends reading', async () => {
  await expect(read('b', 'wf/pod/log', AbortSignal.abort())).rejects.toMatchObject({
    kind: 'unavailable',
  })
})
