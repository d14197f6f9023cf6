import { expect, test } from 'vitest'
import { createDiff, file, line } from '../../../../../test/judge/samples.ts'
import { buildExcerpts } from './build-excerpts.ts'
import type { ContextFile } from './code-context.ts'
import { renderContext } from './render-context.ts'

const filler = (count: number, name: string): readonly string[] =>
  Array.from({ length: count }, (_, index) => `const ${name}${index} = ${index}`)
const createFile = (
  path: string,
  lines: readonly string[],
  role: ContextFile['role'] = 'changed',
): ContextFile => ({ path, role, text: `${lines.join('\n')}\n` })
const changeLine = (path: string, at: number) =>
  createDiff(file({ path, lines: [line('added', 'x', null, at)] }))
const show = (files: readonly ContextFile[], diff: ReturnType<typeof createDiff>) =>
  buildExcerpts({ files, unread: [] }, diff).shown.map(
    ({ path, from, lines }) => `${path}:${from}-${from + lines.length - 1}`,
  )

const method = ['  run() {', ...filler(20, 'a').map((text) => `    ${text}`), '  }']
const large = ['class Large {', ...method, ...method, ...method, ...method, '}']

test('the function that encloses a change is shown, with the head of what encloses it', () => {
  const lines = [...filler(100, 'b'), ...large]
  // The change is in the second of four methods, which begins in line 124.
  expect(show([createFile('a.ts', lines)], changeLine('a.ts', 130))).toEqual([
    'a.ts:101-101',
    'a.ts:124-145',
  ])
})

test('a class of moderate size is shown whole, and a short file, too', () => {
  const small = ['class Small {', ...method, ...method, '}']
  const lines = [...filler(100, 'b'), ...small]
  expect(show([createFile('a.ts', lines)], changeLine('a.ts', 105))).toEqual(['a.ts:101-146'])
  expect(show([createFile('b.ts', small)], changeLine('b.ts', 5))).toEqual(['b.ts:1-46'])
})

test('comments, decorators and attributes above a block are shown with it', () => {
  const heads = [
    ['a.ts', '/** Uploads. */', 'function upload() {'],
    ['a.py', '@retry(3)', 'def upload():'],
    ['a.rs', '#[test]', 'fn upload() {'],
    ['A.java', '// Uploads.', 'void upload() {'],
    ['a.go', '// Upload uploads.', 'func Upload() {'],
  ] as const
  for (const [path, head, first] of heads) {
    const body = Array.from({ length: 9 }, (_, index) => `    call(${index})`)
    const lines = [
      ...Array.from({ length: 151 }, () => ''),
      head,
      first,
      ...body,
      path === 'a.py' ? '' : '}',
    ]
    const [excerpt] = buildExcerpts(
      { files: [createFile(path, lines)], unread: [] },
      changeLine(path, 158),
    ).shown
    expect([path, excerpt?.lines.slice(0, 2)]).toEqual([path, [head, first]])
  }
})

test('a change outside of any block is shown with the lines around it', () => {
  const lines = Array.from({ length: 300 }, (_, index) => `key${index}: ${index}`)
  expect(show([createFile('a.unknown', lines)], changeLine('a.unknown', 200))).toEqual([
    'a.unknown:188-212',
  ])
})

test('a removed line counts where it stood', () => {
  const lines = [...filler(100, 'b'), ...large]
  const removed = createDiff(
    file({
      path: 'a.ts',
      lines: [line('context', 'x', 135, 129), line('removed', 'y', 136, null)],
    }),
  )
  expect(show([createFile('a.ts', lines)], removed)).toContain('a.ts:124-145')
})

test('what the diff shows whole is not shown again', () => {
  const lines = ['one()', '', 'two()']
  const shown = createDiff(
    file({
      path: 'a.ts',
      lines: [line('added', 'one()', null, 1), line('context', 'two()', 1, 3)],
    }),
  )
  expect(show([createFile('a.ts', lines)], shown)).toEqual([])
})

test('of a long test beside the change the parts are shown that mention what it declares', () => {
  const lines = [...filler(150, 'c'), 'expect(uploadFile(1)).toBe(2)', ...filler(150, 'd')]
  const diff = createDiff(
    file({ path: 'a.ts', lines: [line('added', 'export function uploadFile() {', null, 1)] }),
  )
  expect(show([createFile('a.test.ts', lines, 'test')], diff)).toEqual(['a.test.ts:139-163'])
  const unrelated = createDiff(file({ path: 'a.ts', lines: [line('added', 'other()', null, 1)] }))
  expect(show([createFile('a.test.ts', lines, 'test')], unrelated)).toEqual([])
})

test('one file takes a bounded number of lines', () => {
  const lines = Array.from({ length: 5_000 }, (_, index) => `key${index}: ${index}`)
  const changed = Array.from({ length: 100 }, (_, index) =>
    line('added', 'x', null, index * 40 + 1),
  )
  const diff = createDiff(file({ path: 'a.unknown', lines: changed }))
  const { shown, left } = buildExcerpts(
    { files: [createFile('a.unknown', lines)], unread: [] },
    diff,
  )
  const total = shown.reduce((sum, excerpt) => sum + excerpt.lines.length, 0)
  expect(total).toBe(240)
  // Every line is shown or named as left out.
  const rest = left.reduce((sum, { from, to }) => sum + to - from + 1, 0)
  expect(total + rest).toBe(13 + 99 * 25)
  expect(left.at(-1)).toEqual({ path: 'a.unknown', from: 3949, to: 3973 })
})

test('an excerpt that does not fit is named with its lines, and so is a file that was not read', () => {
  const excerpts = buildExcerpts(
    {
      files: [
        createFile('a.ts', filler(20, 'a'), 'test'),
        createFile('b.ts', filler(90, 'b'), 'test'),
      ],
      unread: [],
    },
    createDiff(),
  )
  const { text, omissions } = renderContext(
    { ...excerpts, left: [{ path: 'd.ts', from: 3, to: 9 }] },
    [{ path: 'c.ts', because: 'it is too large' }],
    400,
  )
  expect(text).toMatch(
    /^=== a\.ts lines 1-20 of 20: a test beside what changed\n {5}1\| const a0 = 0/,
  )
  expect(omissions.map((omission) => omission.text)).toEqual([
    'b.ts lines 1-90 (a test beside what changed), because it did not fit',
    'd.ts lines 3-9 around the change, because the file has more',
    'c.ts as a whole, because it is too large; the diff shows what changed in it',
  ])
})
