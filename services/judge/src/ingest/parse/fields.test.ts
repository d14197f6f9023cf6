import { expect, test } from 'vitest'
import {
  collectFields,
  decodeObject,
  keepEnd,
  pickFirst,
  readBranch,
  readCommitText,
  readFlag,
  readInstant,
  readPlainText,
  readPositiveInt,
  readRepository,
} from './fields.ts'

test('a field is read in every case of letters, and an odd value does not hide a usable one', () => {
  for (const key of ['issue_number', 'issueNumber', 'issue-number', 'IssueNumber']) {
    expect(pickFirst(collectFields({ [key]: '7' }), ['issue_number'], readPositiveInt)).toBe(7)
  }
  expect(
    pickFirst(
      collectFields({ issueNumber: {}, issue_number: 7 }),
      ['issue_number'],
      readPositiveInt,
    ),
  ).toBe(7)
  expect(pickFirst(collectFields({ workflowUID: 'u' }), ['workflow_uid'], readPlainText)).toBe('u')
})

test('of more names than a sender uses the first ones are looked at', () => {
  const names = Array.from({ length: 5_000 }, (_, n) => [`name_${n}`, n] as const)
  const fields = collectFields(Object.fromEntries(names))
  expect([fields.size, fields.has('name_999'), fields.has('name_1000')]).toEqual([
    1_000,
    true,
    false,
  ])
})

test('of thousands of spellings of one name the first ones count', () => {
  const spell = (n: number) =>
    [...'abcdefghijklmno'].map((letter, at) => letter + ((n >> at) & 1 ? '-' : '_')).join('')
  const spellings = Array.from({ length: 32_768 }, (_, n) => [spell(n), n] as const)
  const fields = collectFields(Object.fromEntries(spellings))
  expect([...fields.values()]).toEqual([Array.from({ length: 16 }, (_, n) => n)])
})

test.each([
  '',
  '  ',
  'unknown',
  'Unknown',
  'unknown/unknown',
  '0',
  'null',
  '<no value>',
  0,
  null,
  {},
  [],
  true,
])('%j is a placeholder', (value) => {
  expect(readPlainText(value)).toBeNull()
})

test.each([
  ['2125', 2125],
  [2125, 2125],
  ['#2125', 2125],
  [' 2125 ', 2125],
  ['0', null],
  [0, null],
  [-3, null],
  [1.5, null],
  ['2125a', null],
  ['1e3', null],
  [2 ** 31, null],
  ['99999999999', null],
  [true, null],
  [[7], null],
])('%j is read as issue number %j', (value, number) => {
  expect(readPositiveInt(value)).toBe(number)
})

test.each([
  ['acme/widgets', 'acme/widgets'],
  [' Acme/Widgets.js ', 'Acme/Widgets.js'],
  ['https://github.com/acme/widgets.git', 'acme/widgets'],
  ['git@github.com:acme/widgets.git', 'acme/widgets'],
  [{ full_name: 'acme/widgets' }, 'acme/widgets'],
  ['acme_widgets', null],
  ['unknown/unknown', null],
  ['acme/widgets/extra', null],
  ['acme', null],
  [{}, null],
])('%j is read as repository %j', (value, name) => {
  expect(readRepository(value)).toBe(name)
})

test('an instant is ISO 8601 or a number since 1970, within the range of PostgreSQL', () => {
  expect(readInstant('2026-11-20T08:00:03Z')).toBe(Date.UTC(2026, 10, 20, 8, 0, 3))
  expect(readInstant('2026-11-20T08:00:03')).toBe(Date.UTC(2026, 10, 20, 8, 0, 3))
  expect(readInstant('2026-11-20T10:00:03.5+02:00')).toBe(Date.UTC(2026, 10, 20, 8, 0, 3, 500))
  expect(readInstant(Date.UTC(2026, 10, 20) / 1000)).toBe(Date.UTC(2026, 10, 20))
  expect(readInstant(Date.UTC(2026, 10, 20))).toBe(Date.UTC(2026, 10, 20))
  for (const value of [
    '',
    'yesterday',
    '1',
    '+275760-01-01T00:00:00Z',
    '0001-01-01T00:00:00Z',
    '2026-13-40T00:00:00Z',
    1e300,
    -1,
    null,
    {},
  ]) {
    expect(readInstant(value)).toBeNull()
  }
})

test('branches lose git’s prefix, commits may be abbreviated, and flags may be words', () => {
  expect(readBranch('refs/heads/codex/issue-1')).toBe('codex/issue-1')
  expect(readBranch('a b')).toBeNull()
  expect(readBranch('x'.repeat(513))).toBeNull()
  expect(readCommitText('ABCDEF1')).toBe('abcdef1')
  expect(readCommitText('abc')).toBeNull()
  expect(readCommitText('not-a-commit')).toBeNull()
  expect([readFlag('true'), readFlag(false), readFlag('no')]).toEqual([true, false, null])
})

test('an event body is an object in base64, and the default {} is none', () => {
  expect(decodeObject(Buffer.from('{"a":1}').toString('base64'))).toEqual({ a: 1 })
  expect(decodeObject(Buffer.from('{"a":"ü"}').toString('base64url'))).toEqual({ a: 'ü' })
  for (const value of [
    '{}',
    '',
    'not base64!',
    Buffer.from('[1]').toString('base64'),
    Buffer.from('{"a":').toString('base64'),
    7,
    null,
  ]) {
    expect(decodeObject(value)).toBeNull()
  }
})

test('the end of a text never starts with half a character', () => {
  expect(keepEnd('a😀b', 2)).toBe('b')
  expect(keepEnd('abc', 12)).toBe('abc')
})
