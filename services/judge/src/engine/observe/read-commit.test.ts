import { describe, expect, test } from 'vitest'
import type { AddedSecret } from '../../diff/added-secret.ts'
import type { FileText, GithubReads } from '../../github/port.ts'
import { parseCommitSha } from '../../run/run.ts'
import { emptyFactCache, type FactCache } from './fact-cache.ts'
import { readChangedLines, readFiles, readFileTexts } from './read-commit.ts'

const [base, head] = [parseCommitSha('ab12'.repeat(10)), parseCommitSha('cd34'.repeat(10))]
if (base === null || head === null) throw new Error('no commit id')

const never = new AbortController().signal
const mask = async (text: string) => text.replaceAll('hunter-2-9f8e', '[masked: credential]')

/** Keeps what is put into it, as the database does. */
function createCache(): FactCache {
  const kept: { kind: string; value: Record<string, unknown>; text: string | null }[] = []
  return {
    ...emptyFactCache,
    find: async (kind, having) =>
      kept.find(
        (fact) =>
          fact.kind === kind && Object.entries(having).every(([key, of]) => fact.value[key] === of),
      ) ?? null,
    put: ({ kind, value, text = null }) => {
      kept.unshift({ kind, value: JSON.parse(JSON.stringify(value)), text })
    },
  }
}

const raw = `diff --git a/a.ts b/a.ts
index 1111111..2222222 100644
--- a/a.ts
+++ b/a.ts
@@ -1 +1 @@
-old
+const key = 'hunter-2-9f8e'
`
const secret: AddedSecret = { rule: 'credential', path: 'a.ts', line: 1, digest: 'ef'.repeat(16) }

describe('the lines of a change', () => {
  const setUp = (cache: FactCache) => {
    const seen: string[] = []
    let reads = 0
    const read = () =>
      readChangedLines(
        {
          github: {
            readDiff: async () => {
              reads += 1
              return raw
            },
          } as unknown as GithubReads,
          cache,
          mask,
          repository: 'acme/widgets',
          base,
          head,
          findAddedSecrets: async (diff) => {
            seen.push(JSON.stringify(diff))
            return [secret]
          },
        },
        never,
      )
    return { read, seen, reads: () => reads }
  }

  test('are searched for secrets before they are masked, once', async () => {
    const { read, seen, reads } = setUp(createCache())
    const first = await read()
    const second = await read()
    expect(seen).toEqual([expect.stringContaining('hunter-2-9f8e')])
    expect(JSON.stringify([first, second])).not.toContain('hunter-2-9f8e')
    expect(second.addedSecrets).toEqual([secret])
    expect(second.diff).toEqual(first.diff)
    expect(reads()).toBe(1)
  })

  test('are read again if an earlier release stored them without searching them', async () => {
    const cache = createCache()
    cache.put({ kind: 'diff', commit: head, value: { base, head }, text: await mask(raw) })
    const { read, reads } = setUp(cache)
    expect((await read()).addedSecrets).toEqual([secret])
    expect(reads()).toBe(1)
  })
})

test('whole files are read with one request for those that are not known, and masked', async () => {
  const cache = createCache()
  const requested: (readonly string[])[] = []
  const files: Readonly<Record<string, FileText>> = {
    'a.ts': { kind: 'text', text: 'hunter-2-9f8e' },
    'b.png': { kind: 'binary' },
    'c.json': { kind: 'too_large', bytes: 600_000 },
  }
  const github = {
    readFileTexts: async ({ paths }: { paths: readonly string[] }) => {
      requested.push(paths)
      return new Map(paths.map((path) => [path, files[path] ?? { kind: 'absent' }]))
    },
    readFile: async () => 'all of it',
  } as unknown as GithubReads
  const of = { github, cache, mask, repository: 'acme/widgets', commit: head }
  const read = (...paths: string[]) => readFileTexts({ ...of, paths }, never)
  await read('a.ts', 'b.png')
  expect(Object.fromEntries(await read('a.ts', 'b.png', 'c.json', 'd.ts'))).toEqual({
    'a.ts': { kind: 'text', text: '[masked: credential]' },
    'b.png': { kind: 'binary' },
    'c.json': { kind: 'too_large', bytes: 600_000 },
    'd.ts': { kind: 'absent' },
  })
  await read('c.json', 'd.ts')
  expect(requested).toEqual([
    ['a.ts', 'b.png'],
    ['c.json', 'd.ts'],
  ])
  // A citation may be in a file that is too large for this reading, and not for the other.
  const cited = await readFiles({ ...of, paths: ['c.json', 'd.ts'] }, never)
  expect([...cited.values()]).toEqual(['all of it', null])
})
