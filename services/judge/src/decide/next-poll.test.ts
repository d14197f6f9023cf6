import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addMillis, toInstant } from '../lib/instant.ts'
import { computeNextPoll } from './next-poll.ts'

const since = toInstant('2026-11-21T12:00:00Z')
const hour = 3_600_000

test('a waiting run is polled after wait/120, doubling up to wait/12', () => {
  const intervals = [0, 1, 2, 3, 4, 5, 50].map(
    (taken) =>
      (computeNextPoll({
        now: since,
        since,
        deadline: addMillis(since, hour),
        polls: taken,
        stretch: 1,
      }) -
        since) /
      1000,
  )
  expect(intervals).toEqual([30, 60, 120, 240, 300, 300, 300])
})

test('polls are at least a second apart, and the last one comes right after the deadline', () => {
  const short = (wait: number) =>
    computeNextPoll({ now: since, since, deadline: addMillis(since, wait), polls: 0, stretch: 1 }) -
    since
  expect([short(12_000), short(60_000), short(1_000), short(300)]).toEqual([
    1_000, 1_000, 1_000, 301,
  ])
  const now = addMillis(since, hour - 10_000)
  expect(
    computeNextPoll({ now, since, deadline: addMillis(since, hour), polls: 9, stretch: 1 }),
  ).toBe(addMillis(since, hour + 1))
})

test('polls are spread out when GitHub’s rate limit is short, but never past the deadline', () => {
  const at = (stretch: number) =>
    computeNextPoll({ now: since, since, deadline: addMillis(since, hour), polls: 0, stretch }) -
    since
  expect([at(1), at(3), at(0.1), at(10_000)]).toEqual([30_000, 90_000, 30_000, hour + 1])
})

test('an overdue wait is polled at least every half minute', () => {
  for (const stretch of [1, 1_000]) {
    const now = addMillis(since, 3 * hour)
    const next = computeNextPoll({
      now,
      since,
      deadline: addMillis(since, hour),
      polls: 50,
      stretch,
    })
    expect(next - now).toBe(30_000)
  }
})

test('the next poll is always in the future and at the latest right after the deadline', () => {
  const millis = fc.integer({ min: 0, max: 10 * 86_400_000 })
  fc.assert(
    fc.property(
      millis,
      millis,
      fc.nat(500),
      fc.double({ min: 1, max: 1e6, noNaN: true }),
      (passed, wait, polls, stretch) => {
        const now = addMillis(since, passed)
        const deadline = addMillis(since, wait)
        const next = computeNextPoll({ now, since, deadline, polls, stretch })
        expect(next).toBeGreaterThan(now)
        expect(next).toBeLessThanOrEqual(Math.max(deadline + 1, now + 30_000))
      },
    ),
  )
})
