import { expect, test } from 'vitest'
import {
  formatBytes,
  formatDuration,
  formatRelative,
  formatTokens,
  formatUsd,
  formatUtc,
} from './format.ts'

test.each([
  [-3, '0 s'],
  [0, '0 s'],
  [0.4, '0.4 s'],
  [8, '8 s'],
  [59.9, '59 s'],
  [60, '1 min'],
  [41 * 60 + 12, '41 min'],
  [3_600, '1 h'],
  [3_900, '1 h 05 min'],
  [86_399, '23 h 59 min'],
  [86_400, '1 d'],
  [93_600, '1 d 2 h'],
  [14 * 86_400, '14 d'],
])('%d seconds are %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text)
})

test('an exact duration keeps the seconds of its minutes', () => {
  expect(formatDuration(372, 'exact')).toBe('6 min 12 s')
  expect(formatDuration(360, 'exact')).toBe('6 min')
})

test('amounts are as short as they can be without being wrong', () => {
  expect([0, 0.004, 0.25, 1_284.5].map(formatUsd)).toEqual([
    '$0.00',
    '<$0.01',
    '$0.25',
    '$1,284.50',
  ])
  expect([310, 24_812, 999_949, 999_999].map(formatTokens)).toEqual([
    '310',
    '24.8k',
    '999.9k',
    '1.0M',
  ])
  expect([1, 1_554, 31_204, 2_400_000].map(formatBytes)).toEqual([
    '1 byte',
    '1,554 bytes',
    '31 kB',
    '2.4 MB',
  ])
})

test('a time is relative for a week, and then a date', () => {
  const now = Date.UTC(2026, 10, 30, 12)
  const at = (seconds: number) => formatRelative(new Date(now + seconds * 1_000), now)
  expect(at(0)).toBe('now')
  expect(at(-21 * 60)).toBe('21 min ago')
  expect(at(23 * 3_600)).toBe('in 23 h')
  expect(at(-8 * 86_400)).toBe('22 Nov')
  expect(at(14 * 86_400)).toBe('on 14 Dec')
  expect(at(-400 * 86_400)).toMatch(/2025/)
  expect(formatUtc(new Date(Date.UTC(2026, 11, 5, 10)))).toBe('2026-12-05 10:00 UTC')
})
