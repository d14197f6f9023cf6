import { fc, test as property } from '@fast-check/vitest'
import { structuredPatch } from 'diff'
import { expect, test } from 'vitest'
import type { DiffFile } from './diff.ts'
import { parseDiff } from './parse-diff.ts'
import { rebuildBase } from './rebuild-base.ts'

/** The changed file of `git diff` between two texts. */
function compare(before: string, after: string, context = 3): DiffFile | null {
  const { hunks } = structuredPatch('a/x.ts', 'b/x.ts', before, after, '', '', { context })
  if (hunks.length === 0) return null
  // In git, an empty range names the line before it.
  const range = (start: number, lines: number) => `${lines === 0 ? start - 1 : start},${lines}`
  const text = hunks.map(
    ({ oldStart, oldLines, newStart, newLines, lines }) =>
      `@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@\n${lines.join('\n')}\n`,
  )
  const head = 'diff --git a/x.ts b/x.ts\nindex 1111111..2222222 100644\n--- a/x.ts\n+++ b/x.ts\n'
  return parseDiff(`${head}${text.join('')}`).files[0] ?? null
}

const texts = fc
  .array(fc.constantFrom('one', 'two', 'three', '', '  four', 'five\r', '@@ six', '+ seven'), {
    maxLength: 40,
  })
  .map((lines) => lines.map((line) => `${line}\n`).join(''))

property.prop([texts, texts, fc.constantFrom(0, 3)])(
  'the text at the base follows from the text at the head and the diff',
  (before, after, context) => {
    const file = compare(before, after, context)
    if (file === null) return
    expect(rebuildBase(after, file)).toBe(before)
  },
)

const before = 'a\nb\nc\nd\n'
const after = 'a\nB\nc\n'

test('a text that the diff is not about has no base', () => {
  const file = compare(before, after)
  if (file === null) throw new Error('no difference')
  expect(rebuildBase(after, file)).toBe(before)
  expect(rebuildBase('a\nX\nc\n', file)).toBeNull()
  expect(rebuildBase('a\n', file)).toBeNull()
  expect(rebuildBase('\na\nB\nc\n', file)).toBeNull()
})

test('a line that was masked on one side alone is the same line', () => {
  const file = compare('a\nb\nc\n', 'a\nb\nd\n')
  if (file === null) throw new Error('no difference')
  expect(rebuildBase('[masked: github]\nb\nd\n', file)).toBe('a\nb\nc\n')
})
