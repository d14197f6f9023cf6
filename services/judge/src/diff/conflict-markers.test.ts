import { expect, test } from 'vitest'
import { findConflictMarkers } from './conflict-markers.ts'
import { parseDiff } from './parse-diff.ts'

const hunk = (at: number, lines: readonly string[]): string => {
  const count = (...signs: readonly string[]) =>
    lines.filter((line) => signs.includes(line[0] ?? '')).length
  return [`@@ -${at},${count(' ', '-')} +${at},${count(' ', '+')} @@`, ...lines, ''].join('\n')
}
const diff = (...hunks: readonly (readonly string[])[]) =>
  parseDiff(
    `diff --git a/f b/f\nindex 1..2 100644\n--- a/f\n+++ b/f\n${hunks.map((lines, n) => hunk(10 * n + 1, lines)).join('')}`,
  )

const left = ['+<<<<<<< HEAD', '+ours', '+=======', '+theirs', '+>>>>>>> main']

test('a hunk that adds the three markers in order has a conflict, at the line of the first', () => {
  expect(findConflictMarkers(diff([' a', ...left]))).toEqual([{ path: 'f', line: 2 }])
})
test('markers are found with context and removed lines between them', () => {
  expect(
    findConflictMarkers(diff(['+<<<<<<< HEAD', ' a', '-b', '+=======', ' c', '+>>>>>>> x'])),
  ).toHaveLength(1)
})
test('the base of a three-way conflict and carriage returns make no difference', () => {
  expect(
    findConflictMarkers(diff(['+<<<<<<< HEAD\r', '+||||||| base\r', '+=======\r', '+>>>>>>> x\r'])),
  ).toHaveLength(1)
})
test('each hunk is reported once', () => {
  expect(findConflictMarkers(diff([...left, ...left], left)).map(({ line }) => line)).toEqual([
    1, 11,
  ])
})
test.each([
  ['spread over two hunks', diff(left.slice(0, 3), left.slice(3))],
  ['in another order', diff(['+>>>>>>> main', '+=======', '+<<<<<<< HEAD'])],
  ['removed, not added', diff(left.map((line) => line.replace('+', '-')))],
  ['there before, as context', diff([...left.map((line) => line.replace('+', ' ')), '+x'])],
  ['one of them only context', diff(['+<<<<<<< HEAD', ' =======', '+>>>>>>> main'])],
  ['indented', diff(left.map((line) => line.replace('+', '+  ')))],
  ['without the space that git writes', diff(['+<<<<<<<HEAD', '+=======', '+>>>>>>>main'])],
  ['a heading underlined', diff(['+Heading', '+======='])],
])('no conflict: %s', (_name, change) => expect(findConflictMarkers(change)).toEqual([]))
