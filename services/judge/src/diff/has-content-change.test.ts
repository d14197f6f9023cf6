import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import type { DiffFile, DiffLine } from './diff.ts'
import { hasContentChange } from './has-content-change.ts'

/** A hunk from lines that begin with a sign, as in a diff. */
const edit = (path: string, ...hunks: readonly string[][]): DiffFile => {
  const kinds = { '+': 'added', '-': 'removed', ' ': 'context' } as const
  const parseLine = (line: string): DiffLine => ({
    kind: kinds[line[0] as '+'],
    text: line.slice(1),
    oldLine: 1,
    newLine: 1,
  })
  const count = (sign: string) => hunks.flat().filter((line) => line.startsWith(sign)).length
  return {
    path,
    oldPath: path,
    change: 'modified',
    oldMode: '100644',
    newMode: '100644',
    headerLines: [],
    binary: false,
    hunks: hunks.map((lines) => ({
      header: '@@ -1 +1 @@',
      heading: '',
      lines: lines.map(parseLine),
    })),
    added: count('+'),
    removed: count('-'),
  }
}

describe('white space alone is no change', () => {
  const rows: readonly (readonly [string, readonly string[][]])[] = [
    ['indentation', [['-  return 1', '+\treturn 1']]],
    ['blanks at the end of a line', [['-a()  ', '+a()']]],
    ['other line ends', [['-a()', '-b()', '+a()\r', '+b()\r']]],
    ['an empty line more', [[' a()', '+', ' b()']]],
    ['empty lines less', [[' a()', '-', '-   ', ' b()']]],
    ['blanks around an operator', [['-let x=1+2', '+let x = 1 + 2']]],
    ['several blanks between words', [['-export  const x', '+export const x']]],
    ['a line that is broken', [['-call(one, two)', '+call(', '+  one,', '+  two', '+)']]],
    ['lines that are joined', [['-if (x) {', '-  y()', '-}', '+if (x) { y() }']]],
    [
      'two hunks',
      [
        ['- a', '+a'],
        ['-\tb', '+b'],
      ],
    ],
    ['blanks in a comment', [['-// a  b', '+//  a b']]],
    ['a missing line end at the end', [['-last', '+last']]],
  ]
  test.each(rows)('%s', (_name, hunks) => {
    for (const path of ['src/a.ts', 'main.go', 'A.java', 'index.html', 'Dockerfile', 'LICENSE'])
      expect([path, hasContentChange(edit(path, ...hunks))]).toEqual([path, false])
  })
  test.each(rows)('but where it means something: %s', (_name, hunks) => {
    const paths = [
      ...[
        'a.py',
        'src/pkg/types.pyi',
        'ci.yml',
        'deploy/values.YAML',
        'Makefile',
        'sub/GNUmakefile',
      ],
      ...['rules.mk', 'README.md', 'docs/guide.markdown', 'Main.hs', 'lib/Main.lhs', 'x.elm'],
      ...['BUILD.bazel', 'Makefile.am', 'style.sass', 'view.pug', 'fix.patch', 'data.tsv'],
    ]
    for (const path of paths)
      expect([path, hasContentChange(edit(path, ...hunks))]).toEqual([path, true])
  })
})

describe('what reads differently is a change', () => {
  const rows: readonly (readonly [string, readonly string[][]])[] = [
    ['another word', [['-a', '+b']]],
    ['a line more', [[' a', '+b']]],
    ['a line less', [[' a', '-b']]],
    ['lines in another order', [[' a()', '-b()', ' c()', '+b()']]],
    ['two words that become one', [['-return x', '+returnx']]],
    ['a space in a text', [["-label: 'Log in'", "+label: 'Login'"]]],
    ['a blank at the end of a text', [['-"a: "', '+"a:"']]],
    ['a decrement that becomes two signs', [['-a --b', '+a - -b']]],
    [
      'a line that falls into the comment before it',
      [['-a() // first', '-b()', '+a() // first b()']],
    ],
    ['a setting that falls into a comment', [['-# off', '-on = 1', '+# off on = 1']]],
    [
      'only one of two hunks',
      [
        ['- a', '+a'],
        ['-b', '+c'],
      ],
    ],
  ]
  test.each(rows)('%s', (_name, hunks) => {
    expect(hasContentChange(edit('src/a.ts', ...hunks))).toBe(true)
  })
})

const space = fc.stringMatching(/^[ \t]{1,4}$/)
const words = fc.array(fc.constantFrom('const', 'x1', '=', '(', ')', ',', "'a b'", '+', '{', ';'), {
  minLength: 1,
  maxLength: 30,
})

property.prop([words, fc.array(fc.oneof(space, fc.constant('\n'), fc.constant('\n\n  ')))])(
  'a code is the same however it is laid out',
  (tokens, gaps) => {
    const layOut = (gapAt: (n: number) => string) =>
      tokens.map((token, n) => `${token}${gapAt(n)}`).join('')
    const before = layOut(() => ' ')
      .split('\n')
      .map((line) => `-${line}`)
    const after = layOut((n) => gaps[n] ?? ' ')
      .split('\n')
      .map((line) => `+${line}`)
    expect(hasContentChange(edit('a.ts', [...before, ...after]))).toBe(false)
    expect(hasContentChange(edit('a.py', [...before, ...after]))).toBe(true)
  },
)

property.prop([fc.array(fc.string()), fc.array(fc.string()), fc.string()])(
  'an added character that is not white space is a change in any file',
  (before, after, path) => {
    const mark = '\u2603'
    const lines = [
      ...before.map((text) => `-${text}`),
      ...after.map((text) => `+${text}`),
      `+${mark}`,
    ]
    expect(hasContentChange(edit(path, lines))).toBe(true)
  },
)
