import { expect, test } from 'vitest'
import { formatRows, formatRowsAsJson } from './format-rows.ts'

const result = {
  columns: ['id', 'value'],
  rows: [
    [1, null],
    [20, { a: ['x'] }],
    [3, new Date('2026-12-05T10:00:00Z')],
    [4, Buffer.from('hi')],
    [5, 'a\nb\u001b[2J\u202e\u{e0001}é'],
  ],
  isCut: false,
}

test('rows are printed as a table of one line each, whatever their texts hold', () => {
  expect(formatRows(result)).toEqual([
    'id  value',
    `--  ${'-'.repeat(31)}`,
    '1   null',
    '20  {"a":["x"]}',
    '3   2026-12-05T10:00:00.000Z',
    '4   \\x6869',
    '5   a\\nb\\u001b[2J\\u{202e}\\u{e0001}é',
    '(5 rows)',
  ])
  expect(formatRows({ columns: ['n'], rows: [[1]], isCut: true }).at(-1)).toBe(
    '(1 row; there are more)',
  )
})

test('as JSON each row is an object with the values as they are', () => {
  expect(JSON.parse(formatRowsAsJson(result))).toEqual([
    { id: 1, value: null },
    { id: 20, value: { a: ['x'] } },
    { id: 3, value: '2026-12-05T10:00:00.000Z' },
    { id: 4, value: '\\x6869' },
    { id: 5, value: 'a\nb\u001b[2J\u202e\u{e0001}é' },
  ])
})
