import { fc, test as property } from '@fast-check/vitest'
import { createTwoFilesPatch } from 'diff'
import { expect, test } from 'vitest'
import { parseDiff } from '../../diff/parse-diff.ts'
import { computeInterdiff } from './compute-interdiff.ts'

const base = Array.from({ length: 60 }, (_, n) => `line ${n + 1}`)

/** The diff of a file against the base, as git writes it. */
function diffOf(lines: readonly string[], path = 'src/a.ts') {
  const patch = createTwoFilesPatch(`a/${path}`, `b/${path}`, toText(base), toText(lines), '', '', {
    context: 3,
  }).replace(/^=+\n/, '')
  return parseDiff(/^@@/m.test(patch) ? `diff --git a/${path} b/${path}\n${patch}` : '')
}
const toText = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('')
const change = (edits: Readonly<Record<number, string | null>>) =>
  base.flatMap((line, index) => {
    const edit = edits[index + 1]
    return edit === undefined ? [line] : edit === null ? [] : [edit]
  })
const show = (before: readonly string[], after: readonly string[]) =>
  computeInterdiff(diffOf(before), diffOf(after)).flatMap(({ hunks }) =>
    hunks.flatMap(({ lines }) =>
      lines
        .filter(({ kind }) => kind !== 'context')
        .map(({ kind, text, oldLine, newLine }) => `${kind} ${oldLine ?? newLine}: ${text}`),
    ),
  )

test.each([
  ['the same change', { 5: 'new' }, { 5: 'new' }, []],
  ['another text', { 5: 'one' }, { 5: 'two' }, ['removed 5: one', 'added 5: two']],
  [
    'one more place far away',
    { 5: 'one' },
    { 5: 'one', 50: 'far' },
    ['removed 50: line 50', 'added 50: far'],
  ],
  [
    'one place less',
    { 5: 'one', 50: 'far' },
    { 5: 'one' },
    ['removed 50: far', 'added 50: line 50'],
  ],
  [
    'a line that was removed is back',
    { 7: null },
    { 20: 'x' },
    ['added 7: line 7', 'removed 19: line 20', 'added 20: x'],
  ],
  ['the file is left alone again', { 5: 'one' }, {}, ['removed 5: one', 'added 5: line 5']],
  [
    'the file is changed for the first time',
    {},
    { 5: 'one' },
    ['removed 5: line 5', 'added 5: one'],
  ],
])('%s', (_title, before, after, expected) => {
  expect(show(change(before), change(after))).toEqual(expected)
})

const edits = fc.dictionary(
  fc.integer({ min: 1, max: 60 }).map(String),
  fc.option(fc.constantFrom('x', 'y', 'z')),
)
property.prop([edits, edits])(
  'applied to the earlier attempt, it gives the later one, and nothing else is in it',
  (before, after) => {
    const [old, now] = [change(before), change(after)]
    const lines = computeInterdiff(diffOf(old), diffOf(now)).flatMap(({ hunks }) =>
      hunks.flatMap((hunk) => hunk.lines),
    )
    const removed = new Set(lines.flatMap((l) => (l.kind === 'removed' ? (l.oldLine ?? []) : [])))
    const added = new Map(
      lines.flatMap((l) => (l.kind === 'added' ? [[l.newLine ?? 0, l.text] as const] : [])),
    )
    const kept = old.filter((_, index) => !removed.has(index + 1))
    const built: string[] = []
    while (kept.length > 0 || added.has(built.length + 1)) {
      const line = added.get(built.length + 1) ?? kept.shift()
      if (line === undefined) break
      built.push(line)
    }
    expect(built).toEqual(now)
  },
)
