import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatDuration, parseDuration } from './duration.ts'

test.each([
  ['90s', 90_000],
  ['5m', 300_000],
  ['2h', 7_200_000],
  ['14d', 1_209_600_000],
  ['250ms', 250],
  ['0', 0],
  ['0s', 0],
])('%s is %d milliseconds', (text, millis) => expect(parseDuration(text)).toBe(millis))

test.each(['', '5', '-5m', '1.5h', '1h30m', '5 minutes', '5M', 'soon', 'm', '9999999999999999s'])(
  '%j is not a duration',
  (text) => expect(parseDuration(text)).toBeNull(),
)

test('a formatted duration is parsed as the same duration', () => {
  fc.assert(
    fc.property(
      fc.nat(4_000_000_000),
      (millis) => parseDuration(formatDuration(millis)) === millis,
    ),
  )
})
