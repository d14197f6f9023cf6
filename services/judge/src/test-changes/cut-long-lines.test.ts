import { expect, test } from 'vitest'
import { parseDiff } from '../diff/parse-diff.ts'
import { cutLongLines } from './cut-long-lines.ts'

const edit = (before: string, after: string) =>
  parseDiff(
    `diff --git a/a.ts b/a.ts\nindex 1111111..2222222 100644\n--- a/a.ts\n+++ b/a.ts\n@@ -1 +1 @@\n-${before}\n+${after}\n`,
  )

test('a change without a long line is taken as it is', () => {
  const diff = edit('a', 'b')
  expect(cutLongLines(diff, new Map()).diff).toBe(diff)
  const files = new Map([['a.ts', { base: 'a\n', head: null }]])
  expect(cutLongLines(diff, files).files).toEqual(files)
})

test('a long line is cut, in the diff and in the file, and still differs from another', () => {
  const long = 'x'.repeat(50_000)
  const files = new Map([['a.ts', { base: `first\n${long}1\n`, head: `first\n${long}2\n` }]])
  const cut = cutLongLines(edit(`${long}1`, `${long}2`), files)
  const lines = cut.diff.files.flatMap(({ hunks }) => hunks.flatMap((hunk) => hunk.lines))
  const [before, after] = lines.map(({ text }) => text)
  expect(before?.length).toBeLessThan(10_100)
  expect(before).not.toBe(after)
  const { base, head } = cut.files.get('a.ts') ?? { base: null, head: null }
  expect(base).toBe(`first\n${before}\n`)
  expect(head).toBe(`first\n${after}\n`)
})
