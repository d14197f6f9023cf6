import { expect, test } from 'vitest'
import { comparePrompts } from './compare-prompts.ts'

const numbered = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}\n`).join('')

test('only what changed is shown, with three lines around it', () => {
  const before = numbered(1, 20)
  const after = `${numbered(1, 9)}line ten\n${numbered(11, 20)}`
  expect(comparePrompts(before, after)).toEqual([
    { kind: 'context', text: '… 6 lines alike' },
    ...[7, 8, 9].map((line) => ({ kind: 'context', text: `line ${line}` })),
    { kind: 'removed', text: 'line 10' },
    { kind: 'added', text: 'line ten' },
    ...[11, 12, 13].map((line) => ({ kind: 'context', text: `line ${line}` })),
    { kind: 'context', text: '… 7 lines alike' },
  ])
})

test('equal prompts are one folded line', () => {
  expect(comparePrompts(numbered(1, 4), numbered(1, 4))).toEqual([
    { kind: 'context', text: '… 4 lines alike' },
  ])
})

test('a last line that gets a successor is the same line', () => {
  expect(comparePrompts('a', 'a\n\nb')).toEqual([
    { kind: 'context', text: 'a' },
    { kind: 'added', text: '' },
    { kind: 'added', text: 'b' },
  ])
})

test('a prompt without an end of line differs only where its words do', () => {
  expect(comparePrompts('a\nb', 'a\nc')).toEqual([
    { kind: 'context', text: 'a' },
    { kind: 'removed', text: 'b' },
    { kind: 'added', text: 'c' },
  ])
})
