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
