import { expect, test } from 'vitest'
import { listTokens, readTyped, suggest } from './filter-text.ts'

test.each([
  ['status:completed,closed', 'status', 'completed,closed'],
  ['reason:ci_failed', 'reason', 'ci_failed'],
  ['repository:acme/widgets', 'repository', 'acme/widgets'],
  ['acme/widgets', 'repository', 'acme/widgets'],
  ['issue:#2135', 'issueNumber', '2135'],
  ['pr:2140', 'pr', '2140'],
  ['cost>0.5', 'cost', '0.5'],
  ['since:2026-12-05', 'since', '2026-12-05T00:00:00.000Z'],
  ['#2140', 'q', '#2140'],
  ['uploader gives up', 'q', 'uploader gives up'],
  ['time: soon', 'q', 'time: soon'],
])('%s filters by %s', (typed, filter, value) => {
  expect(readTyped(typed)).toEqual({ kind: 'filter', filter, value })
})

test.each([['status:done'], ['issue:x'], ['since:soon'], ['cost>much'], ['sha:']])(
  '%s is refused with a reason',
  (typed) => {
    expect(readTyped(typed)).toMatchObject({ kind: 'fault', because: expect.stringMatching(/\.$/) })
  },
)

test('what is shown can be typed again, and means the same', () => {
  const search = {
    status: 'completed',
    repository: 'a/b',
    cost: '0.5',
    since: '2026-12-05T00:00:00.000Z',
    q: 'words',
  }
  for (const { filter, text } of listTokens(search))
    expect(readTyped(text)).toEqual({ kind: 'filter', filter, value: search[filter as 'q'] })
})

test('a beginning suggests names, and then values', () => {
  expect(suggest('re').map(({ text }) => text)).toEqual(['reason:', 'repository:'])
  expect(suggest('status:need').map(({ text }) => text)).toEqual([
    'status:needs_iteration',
    'status:needs_human',
  ])
})
