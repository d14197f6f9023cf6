import { expect, test } from 'vitest'
import type { PolicyKey } from './policy-data.ts'
import { formatValue, groupKeys, parseValue, toPartialPolicy } from './policy-keys.ts'

const key = (name: string, more: Partial<PolicyKey> = {}): PolicyKey => ({
  key: name,
  value: 1,
  default: 1,
  origin: 'default',
  sha: null,
  locked: false,
  enforced: true,
  ignored: [],
  meaning: '',
  ...more,
})

test('keys that were set, or were to be set, come before the sections', () => {
  const set = key('ci.wait', { origin: 'service', value: 2 })
  const refused = key('mode', { ignored: [{ value: 'act', because: 'locked' }] })
  const { changed, groups } = groupKeys([
    key('ci.poll', { origin: 'service' }),
    set,
    key('judge.models'),
    refused,
  ])
  expect(changed).toEqual([set, refused])
  expect(groups.map(({ name, keys }) => [name, keys.map((it) => it.key)])).toEqual([
    ['ci', ['ci.poll']],
    ['judge', ['judge.models']],
  ])
})

test('a change of several keys becomes one policy, also within one section', () => {
  expect(
    toPartialPolicy([
      ['ci.wait', '2h'],
      ['ci.rerun_failed_once', false],
      ['mode', 'observe'],
    ]),
  ).toEqual({ ci: { wait: '2h', rerun_failed_once: false }, mode: 'observe' })
})

test('the name of a key never reaches the prototype of an object', () => {
  toPartialPolicy([['constructor.prototype.polluted', true]])
  expect(Reflect.get({}, 'polluted')).toBeUndefined()
})

test('what is typed is JSON where it can be, and a text otherwise', () => {
  expect(['3', 'true', '["a"]', ' 60m ', '"3"'].map(parseValue)).toEqual([
    3,
    true,
    ['a'],
    '60m',
    '3',
  ])
})

test('a value is shown as the policy file would have it', () => {
  expect(['60m', '', 0.6, [], ['a', 'b'], null].map(formatValue)).toEqual([
    '60m',
    '""',
    '0.6',
    '[]',
    '["a","b"]',
    'null',
  ])
})
