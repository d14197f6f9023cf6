import { expect, test } from 'vitest'
import { toTimes } from './timeline-times.ts'

test('what follows within a second is shown by its distance', () => {
  expect(
    toTimes([
      '2026-11-30T08:31:41.000Z',
      '2026-11-30T08:31:41.400Z',
      '2026-11-30T08:31:42.400Z',
      '2026-11-30T08:31:42.100Z',
    ]),
  ).toEqual(['08:31:41', '+ 0.4 s', '08:31:42', '08:31:42'])
})

test('a new day is named once', () => {
  expect(
    toTimes(['2026-11-30T23:59:50.000Z', '2026-12-01T00:00:20.000Z', '2026-12-01T00:01:20.000Z']),
  ).toEqual(['23:59:50', '1 Dec 00:00', '00:01:20'])
})
