import { describe, expect, test } from 'vitest'
import { countLines, isOpenAtFirst, toDiffRows } from './diff-rows.ts'
import type { DiffFile, DiffLine, DiffMark } from './run-data.ts'

const line = (kind: DiffLine['kind'], old: number | null, now: number | null): DiffLine => ({
  kind,
  old,
  new: now,
  text: `${old ?? ''}/${now ?? ''}`,
})
const mark = (more: Partial<DiffMark>): DiffMark => ({
  line: 2,
  side: 'new',
  kind: 'thread',
  title: 'A finding',
  severity: null,
  author: null,
  state: 'open',
  url: null,
  ...more,
})
const file = (marks: readonly DiffMark[], lines: readonly DiffLine[]): DiffFile => ({
  path: 'a.ts',
  oldPath: null,
  status: 'modified',
  additions: 1,
  deletions: 1,
  binary: false,
  shownToJudge: true,
  hunks: [{ oldStart: 1, newStart: 1, header: 'f()', lines: [...lines] }],
  marks: [...marks],
})
const lines = [
  line('context', 1, 1),
  line('removed', 2, null),
  line('added', null, 2),
  line('context', 3, 3),
]
/** Rows in short: `h`, a line by its numbers, `!` after one that is marked, or `m:` and a title. */
const sketch = (shown: DiffFile): readonly string[] =>
  toDiffRows(shown).map((row) => {
    if (row.kind === 'hunk') return 'h'
    return row.kind === 'mark'
      ? `m:${row.mark.title}`
      : `${row.line.text}${row.isMarked ? '!' : ''}`
  })

describe('what was said about a line stands under it', () => {
  test.each([
    ['an added line', mark({}), ['h', '1/1', '2/', '/2!', 'm:A finding', '3/3']],
    ['a removed line', mark({ side: 'old' }), ['h', '1/1', '2/!', 'm:A finding', '/2', '3/3']],
    ['a context line', mark({ line: 3 }), ['h', '1/1', '2/', '/2', '3/3!', 'm:A finding']],
    [
      'its old number',
      mark({ line: 3, side: 'old' }),
      ['h', '1/1', '2/', '/2', '3/3!', 'm:A finding'],
    ],
    ['a line outside', mark({ line: 80 }), ['m:A finding', 'h', '1/1', '2/', '/2', '3/3']],
    ['no line', mark({ line: null }), ['m:A finding', 'h', '1/1', '2/', '/2', '3/3']],
    ['a citation', mark({ kind: 'citation' }), ['h', '1/1', '2/', '/2', 'm:A finding', '3/3']],
  ] as const)('%s', (_name, given, rows) => {
    expect(sketch(file([given], lines))).toEqual(rows)
  })
})

test('each mark is shown once, also where two hunks have its line', () => {
  const twice: DiffFile = file([mark({})], lines)
  const rows = sketch({ ...twice, hunks: [...twice.hunks, ...twice.hunks] })
  expect(rows.filter((row) => row.startsWith('m:'))).toEqual(['m:A finding'])
})

test('a file is open if it is marked, unless it is large', () => {
  const many = Array.from({ length: 401 }, (_, index) => line('added', null, index + 1))
  expect(isOpenAtFirst(file([mark({})], lines))).toBe(true)
  expect(isOpenAtFirst(file([], lines))).toBe(false)
  expect(isOpenAtFirst(file([mark({})], many))).toBe(false)
  expect(countLines(file([], many))).toBe(401)
})

test('rows have keys of their own', () => {
  const rows = toDiffRows(file([mark({}), mark({ title: 'Another' }), mark({ line: 9 })], lines))
  expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length)
})
