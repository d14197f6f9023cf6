import { expect, test } from 'vitest'
import { createPolicy, now } from '../../../../../test/harness/accepted-facts.ts'
import { parseDiff } from '../../diff/parse-diff.ts'
import type { FileText, GithubReads } from '../../github/port.ts'
import { noopTrace } from '../../lib/trace.ts'
import { parseCommitSha } from '../../run/run.ts'
import type { FileTexts } from '../../test-changes/side-text.ts'
import { emptyFactCache } from './fact-cache.ts'
import type { LoadedRun } from './load-run.ts'
import { createPartReader, type ObserveDeps } from './observe-deps.ts'
import { observeTestChanges } from './read-test-changes.ts'

const commit = parseCommitSha('cd34'.repeat(10))
if (commit === null) throw new Error('no commit id')
const head = commit

const edit = (path: string): string => `diff --git a/${path} b/${path}
index 1111111..2222222 100644
--- a/${path}
+++ b/${path}
@@ -1,2 +1,2 @@
 one
-two
+zwei
`
const texts: Readonly<Record<string, FileText>> = {
  'test/a.test.ts': { kind: 'text', text: 'one\nzwei\nthree\n' },
  'test/moved.test.ts': { kind: 'text', text: 'something else\n' },
  'test/long.test.ts': { kind: 'text', text: `one\nzwei\n${'x'.repeat(200_000)}` },
  'test/binary.test.ts': { kind: 'binary' },
  'test/large.test.ts': { kind: 'too_large', bytes: 600_000 },
}

const unreachable = {} as ObserveDeps

async function read(paths: readonly string[], policy = createPolicy(), throws = false) {
  const requested: (readonly string[])[] = []
  let compared: FileTexts | null = null
  const github = {
    readFileTexts: async (of: { paths: readonly string[] }) => {
      requested.push(of.paths)
      return new Map(of.paths.map((path) => [path, texts[path] ?? { kind: 'absent' }]))
    },
  } as unknown as GithubReads
  const observed = await observeTestChanges(
    {
      loaded: { now } as LoadedRun,
      deps: {
        ...unreachable,
        findTestChanges: async ({ files }) => {
          compared = files
          if (throws) throw new RangeError('a fault of our own')
          return []
        },
      },
      reader: createPartReader({}, now, noopTrace),
      signal: new AbortController().signal,
    },
    {
      ...{ github, cache: emptyFactCache, mask: async (text) => text, repository: 'acme/widgets' },
      ...{ diff: parseDiff(paths.map(edit).join('')), head, policy },
      alsoNeeded: ['src/beside.ts'],
    },
  )
  if (observed.kind !== 'known') throw new Error(`not known: ${observed.because}`)
  const changes = observed.value
  return { changes, requested, compared: compared as FileTexts | null }
}

test('a test file is compared as a whole, with its text at the base', async () => {
  const { compared, changes, requested } = await read(['test/a.test.ts', 'src/a.ts'])
  expect([...(compared ?? [])]).toEqual([
    ['test/a.test.ts', { base: 'one\ntwo\nthree\n', head: 'one\nzwei\nthree\n' }],
  ])
  expect(changes.unread).toEqual([])
  expect(requested).toEqual([['test/a.test.ts', 'src/beside.ts']])
})

test('nothing is read where the change edits no test, and nothing compared where that is off', async () => {
  expect((await read(['src/a.ts', 'README.md'])).requested).toEqual([])
  const off = await read(['test/a.test.ts'], createPolicy('tests: { weakened: off }'))
  expect(off).toMatchObject({ requested: [], compared: null })
})

test('what cannot be compared as a whole is named, with the reason', async () => {
  const { compared, changes } = await read([
    'test/moved.test.ts',
    'test/long.test.ts',
    'test/binary.test.ts',
    'test/large.test.ts',
    'test/gone.test.ts',
    'test/a.test.ts',
  ])
  expect([...(compared?.keys() ?? [])]).toEqual(['test/a.test.ts'])
  expect(Object.fromEntries(changes.unread.map(({ path, because }) => [path, because]))).toEqual({
    'test/moved.test.ts': 'its text at the commit does not match the diff',
    'test/long.test.ts': 'the changed test files are too long together',
    'test/binary.test.ts': 'it is a binary file',
    'test/large.test.ts': 'it is too large (600000 bytes)',
    'test/gone.test.ts': 'GitHub has no such file at the commit',
  })
})

test('at most thirty files are read, with one request; the others are named', async () => {
  const paths = Array.from({ length: 33 }, (_, index) => `test/n${index}.test.ts`)
  const { requested, changes } = await read(paths)
  expect(requested.map(({ length }) => length)).toEqual([31])
  expect(changes.unread.filter(({ because }) => because.startsWith('more than'))).toHaveLength(3)
})

test('a fault of our own rules is not taken for an outage of GitHub', async () => {
  await expect(read(['test/a.test.ts'], createPolicy(), true)).rejects.toThrow('a fault of our own')
})
