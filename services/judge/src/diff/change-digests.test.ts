import { expect, test } from 'vitest'
import { parseDiff } from './parse-diff.ts'

const write = (lines: readonly string[]): string => `${lines.join('\n')}\n`
const edit = (path: string, at: number, lines: readonly string[], blobs = '1111111..2222222') =>
  write([
    `diff --git a/${path} b/${path}`,
    `index ${blobs} 100644`,
    `--- a/${path}`,
    `+++ b/${path}`,
    `@@ -${at},2 +${at},2 @@ function f() {`,
    ...lines,
  ])
const binary = (blob: string) =>
  write([
    'diff --git a/logo.png b/logo.png',
    `index 1111111..${blob} 100644`,
    'Binary files a/logo.png and b/logo.png differ',
  ])
const digest = (text: string) => parseDiff(text).contentDigest

const change = edit('a.ts', 3, [' one', '-two', '+zwei'])

test.each([
  ['other line numbers', edit('a.ts', 90, [' one', '-two', '+zwei'], 'aaaaaaa..bbbbbbb')],
  ['other context', edit('a.ts', 3, ['-two', '+zwei', ' three'], 'aaaaaaa..bbbbbbb')],
])('a rebased change has the same content and another origin: %s', (_name, rebased) => {
  expect(digest(rebased)).toBe(digest(change))
  expect(parseDiff(rebased).digest).not.toBe(parseDiff(change).digest)
  expect(parseDiff(rebased).originDigest).not.toBe(parseDiff(change).originDigest)
})

test('the same lines at another place of the same file have the same origin', () => {
  const moved = parseDiff(edit('a.ts', 90, [' one', '-two', '+zwei'], '1111111..3333333'))
  expect(moved.originDigest).toBe(parseDiff(change).originDigest)
  expect(moved.digest).not.toBe(parseDiff(change).digest)
})

test('the order of the files makes no difference', () => {
  const other = edit('b.ts', 1, ['-x', '+y', ' z'])
  expect(digest(change + other)).toBe(digest(other + change))
})

test.each([
  ['another line', edit('a.ts', 3, [' one', '-two', '+deux'])],
  ['another file', edit('b.ts', 3, [' one', '-two', '+zwei'])],
  ['the other way round', edit('a.ts', 3, [' one', '+two', '-zwei'])],
  ['one file more', change + edit('b.ts', 1, ['-x', '+y', ' z'])],
  ['nothing', ''],
])('another change has another digest: %s', (_name, other) => {
  expect(digest(other)).not.toBe(digest(change))
})

test('binary files are distinguished by their content', () => {
  expect(digest(binary('2222222'))).toBe(digest(binary('2222222')))
  expect(digest(binary('2222222'))).not.toBe(digest(binary('3333333')))
})

test('where git names no content, the origin is not known', () => {
  const unnamed = change.replace(/^index .*\n/m, '')
  expect(digest(unnamed)).toBe(digest(change))
  expect(parseDiff(unnamed).originDigest).toBeNull()
})
