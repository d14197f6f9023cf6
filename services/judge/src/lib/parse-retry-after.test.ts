import { expect, test } from 'vitest'
import { toInstant } from './instant.ts'
import { parseRetryAfter } from './parse-retry-after.ts'

const now = toInstant('2026-11-21T10:00:00Z')

test.each([
  ['3', 3_000],
  ['0.25', 250],
  ['Sat, 21 Nov 2026 10:01:00 GMT', 60_000],
  ['Sat, 21 Nov 2026 09:00:00 GMT', 0],
  ['999999999', 86_400_000],
  ['-5', 0],
  ['soon', null],
  ['', null],
  [null, null],
])('Retry-After %j asks for %j milliseconds', (header, expected) => {
  expect(parseRetryAfter(header, now)).toBe(expected)
})
