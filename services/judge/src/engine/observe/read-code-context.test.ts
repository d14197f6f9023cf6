import { expect, test } from 'vitest'
import { createDiff, file, line, subject } from '../../../../../test/judge/samples.ts'
import type { FileText, GithubReads } from '../../github/port.ts'
import { Failure } from '../../lib/failure.ts'
import type { FactCache } from './fact-cache.ts'
import { readCodeContext } from './read-code-context.ts'

const { commit } = subject
const never = new AbortController().signal
const diff = createDiff(
  file({ path: 'src/upload.ts', lines: [line('added', 'x', null, 9)] }),
  file({ path: 'src/large.ts' }),
  file({ path: 'src/logo.ts' }),
)

interface PutFact {
  readonly kind: string
  readonly value: Readonly<Record<string, unknown>>
  readonly text: string | null
}

/** A repository with these files, and a cache that keeps what is put into it. */
function open(files: Readonly<Record<string, FileText>>) {
  const requests: (readonly string[])[] = []
  const facts: PutFact[] = []
  const cache: Pick<FactCache, 'find' | 'put'> = {
    find: async (kind, having) =>
      facts.find(
        (fact) =>
          fact.kind === kind &&
          Object.entries(having).every(([key, wanted]) => fact.value[key] === wanted),
      ) ?? null,
    put: ({ kind, value, text }) => void facts.push({ kind, value, text: text ?? null }),
  }
  const github: Pick<GithubReads, 'readFileTexts'> = {
    readFileTexts: async ({ paths }) => {
      requests.push(paths)
      return new Map(paths.map((path) => [path, files[path] ?? { kind: 'absent' }]))
    },
  }
  const of = {
    github: github as GithubReads,
    cache: cache as FactCache,
    mask: async (text: string) => text.replaceAll('secret', '[masked]'),
    repository: 'acme/widgets',
    commit,
    diff,
    issue: { title: 'Retry', body: 'Three times.' },
  }
  return { of, github, requests, facts }
}

const files: Readonly<Record<string, FileText>> = {
  'src/upload.ts': { kind: 'text', text: 'const secret = 1' },
  'test/upload.test.ts': { kind: 'text', text: 'test()' },
  'src/large.ts': { kind: 'too_large', bytes: 900_000 },
  'src/logo.ts': { kind: 'binary' },
}

test('the changed files and the tests beside them are read with one request, and masked', async () => {
  const { of, requests } = open(files)
  const context = await readCodeContext(of, never)
  expect(context).toEqual({
    files: [
      { path: 'src/upload.ts', role: 'changed', text: 'const [masked] = 1' },
      { path: 'test/upload.test.ts', role: 'test', text: 'test()' },
    ],
    unread: [
      { path: 'src/large.ts', because: 'it is too large' },
      { path: 'src/logo.ts', because: 'it is binary' },
    ],
  })
  expect(requests).toHaveLength(1)
})

test('another question about the commit reads nothing, and files that do not exist leave no facts', async () => {
  const { of, requests, facts } = open(files)
  const first = await readCodeContext(of, never)
  expect(await readCodeContext(of, never)).toEqual(first)
  expect(requests).toHaveLength(1)
  expect(facts.map(({ kind, value }) => String(value.path ?? kind)).toSorted()).toEqual([
    'code_context',
    'src/large.ts',
    'src/logo.ts',
    'src/upload.ts',
    'test/upload.test.ts',
  ])
})

test('an answer that does not come is a failure, and never a context without files', async () => {
  const { of } = open(files)
  const github = {
    ...of.github,
    readFileTexts: () => Promise.reject(new Failure('unavailable', 'away')),
  }
  await expect(readCodeContext({ ...of, github }, never)).rejects.toMatchObject({
    kind: 'unavailable',
  })
})

test('where GitHub refuses the request, the model is shown that nothing was read', async () => {
  const { of } = open(files)
  const github = {
    ...of.github,
    readFileTexts: () => Promise.reject(new Failure('refused', 'too complex')),
  }
  expect(await readCodeContext({ ...of, github }, never)).toEqual({
    files: [],
    unread: [{ path: 'every changed file', because: 'it cannot be read (too complex)' }],
  })
})

test('texts beyond the limit are named and not kept', async () => {
  const text = 'x'.repeat(350_000)
  const { of } = open(
    Object.fromEntries(diff.files.map(({ path }) => [path, { kind: 'text', text } as const])),
  )
  const { files: kept, unread } = await readCodeContext(of, never)
  expect(kept).toHaveLength(2)
  expect(unread).toEqual([{ path: expect.any(String), because: 'it is too large' }])
})
