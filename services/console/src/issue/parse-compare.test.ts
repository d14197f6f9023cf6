import { expect, test } from 'vitest'
import { parseCompare, toggleCompared } from './parse-compare.ts'

test.each([
  ['1,2', [1, 2]],
  ['3,1', [1, 3]],
  ['2,2', null],
  ['2', null],
  ['1,2,3', null],
  ['1,<script>', null],
  [undefined, null],
])('compare=%s names %j', (text, attempts) => {
  expect(parseCompare(text)).toEqual(attempts)
})

test('a third tick takes the place of the oldest', () => {
  expect(toggleCompared([1, 2], 3)).toEqual([2, 3])
  expect(toggleCompared([2, 3], 2)).toEqual([3])
})
