import { expect, test } from 'vitest'
import type { Escalation } from '../api/types.ts'
import { groupQuestions, shareOptions } from './inbox-data.ts'

const ask = (id: string, reason: string, createdAt: string, options = ['rerun', 'close']) =>
  ({
    id,
    reason,
    createdAt,
    options: options.map((option) => ({ id: option, text: option, effect: '' })),
  }) as unknown as Escalation

test('the group with the oldest question comes first, and in it the newest question', () => {
  const groups = groupQuestions([
    ask('a', 'merge_conflict', '2026-11-30T10:00:00Z'),
    ask('b', 'merge_conflict', '2026-11-30T11:00:00Z'),
    ask('c', 'judge_split', '2026-11-30T09:00:00Z'),
  ])
  expect(groups.map(({ reason, questions }) => [reason, questions.map(({ id }) => id)])).toEqual([
    ['judge_split', ['c']],
    ['merge_conflict', ['b', 'a']],
  ])
})

test('several questions share the options that each of them offers', () => {
  const a = ask('a', 'x', '2026-11-30T10:00:00Z', ['rerun', 'accept', 'close'])
  const b = ask('b', 'x', '2026-11-30T10:00:00Z', ['close', 'rerun'])
  const c = ask('c', 'y', '2026-11-30T10:00:00Z', ['grant'])
  expect(shareOptions([a, b]).options.map(({ id }) => id)).toEqual(['rerun', 'close'])
  expect(shareOptions([a, b]).asksSame).toBe(false)
  expect(shareOptions([b, b])).toMatchObject({ asksSame: true })
  expect(shareOptions([a, c]).options).toEqual([])
})
