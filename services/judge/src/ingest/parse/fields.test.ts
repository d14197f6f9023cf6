import { expect, test } from 'vitest'
import {
  branch,
  commitText,
  encodedObject,
  fieldsOf,
  firstOf,
  flag,
  lastOf,
  moment,
  positive,
  repository,
  text,
} from './fields.ts'

test('one field is read under every case its senders use, and an odd twin does not hide a usable one', () => {
  for (const key of ['issue_number', 'issueNumber', 'issue-number', 'IssueNumber']) {
    expect(firstOf(fieldsOf({ [key]: '7' }), ['issue_number'], positive)).toBe(7)
  }
  expect(firstOf(fieldsOf({ issueNumber: {}, issue_number: 7 }), ['issue_number'], positive)).toBe(
    7,
  )
  expect(firstOf(fieldsOf({ workflowUID: 'u' }), ['workflow_uid'], text)).toBe('u')
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
])('%j is nothing', (value) => {
  expect(text(value)).toBeNull()
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
])('as a number of an issue, %j is %j', (value, number) => {
  expect(positive(value)).toBe(number)
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
])('as a repository, %j is %j', (value, name) => {
  expect(repository(value)).toBe(name)
})

test('a moment is ISO 8601 or a number since 1970, and nothing that Postgres could not hold', () => {
  expect(moment('2026-11-20T08:00:03Z')).toBe(Date.UTC(2026, 10, 20, 8, 0, 3))
  expect(moment('2026-11-20T08:00:03')).toBe(Date.UTC(2026, 10, 20, 8, 0, 3))
  expect(moment('2026-11-20T10:00:03.5+02:00')).toBe(Date.UTC(2026, 10, 20, 8, 0, 3, 500))
  expect(moment(Date.UTC(2026, 10, 20) / 1000)).toBe(Date.UTC(2026, 10, 20))
  expect(moment(Date.UTC(2026, 10, 20))).toBe(Date.UTC(2026, 10, 20))
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
    expect(moment(value)).toBeNull()
  }
})

test('branches lose git’s prefix; commits may be abbreviated; flags may be words', () => {
  expect(branch('refs/heads/codex/issue-1')).toBe('codex/issue-1')
  expect(branch('a b')).toBeNull()
  expect(branch('x'.repeat(513))).toBeNull()
  expect(commitText('ABCDEF1')).toBe('abcdef1')
  expect(commitText('abc')).toBeNull()
  expect(commitText('not-a-commit')).toBeNull()
  expect([flag('true'), flag(false), flag('no')]).toEqual([true, false, null])
})

test('an event body is base64 of an object; the literal {} that nobody filled in is none', () => {
  expect(encodedObject(Buffer.from('{"a":1}').toString('base64'))).toEqual({ a: 1 })
  expect(encodedObject(Buffer.from('{"a":"ü"}').toString('base64url'))).toEqual({ a: 'ü' })
  for (const value of [
    '{}',
    '',
    'not base64!',
    Buffer.from('[1]').toString('base64'),
    Buffer.from('{"a":').toString('base64'),
    7,
    null,
  ]) {
    expect(encodedObject(value)).toBeNull()
  }
})

test('the end of a text never begins with half a character', () => {
  expect(lastOf('a😀b', 2)).toBe('b')
  expect(lastOf('abc', 12)).toBe('abc')
})
