import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addMillis, toInstant } from '../lib/instant.ts'
import { compareRuns, type RunTimes } from './compare-runs.ts'

const zero = toInstant('2026-11-21T12:00:00Z')
const at = (millis: number) => addMillis(zero, millis)
const timed = (
  startedAt: number | null,
  finishedAt: number | null,
  createdAt: number,
): RunTimes => ({
  startedAt: startedAt === null ? null : at(startedAt),
  finishedAt: finishedAt === null ? null : at(finishedAt),
  createdAt: at(createdAt),
})

test('a newer run has a later start, then a later finish, then a later arrival', () => {
  expect(compareRuns(timed(2, 3, 9), timed(1, 8, 10))).toBeGreaterThan(0)
  expect(compareRuns(timed(1, 8, 9), timed(1, 3, 10))).toBeGreaterThan(0)
  expect(compareRuns(timed(1, 3, 10), timed(1, 3, 9))).toBeGreaterThan(0)
  expect(compareRuns(timed(1, 3, 9), timed(1, 3, 9))).toBe(0)
})

test('a run without a start is placed by its arrival', () => {
  expect(compareRuns(timed(null, null, 5), timed(4, 6, 9))).toBeGreaterThan(0)
  expect(compareRuns(timed(null, null, 3), timed(4, 6, 9))).toBeLessThan(0)
})

test('the order is total, in whatever sequence the runs are listed', () => {
  const small = fc.integer({ min: 0, max: 3 })
  const runs = fc.tuple(fc.option(small), fc.option(small), small).map((of) => timed(...of))
  fc.assert(
    fc.property(runs, runs, runs, (a, b, c) => {
      expect(Math.sign(compareRuns(a, b))).toBe(-Math.sign(compareRuns(b, a)) + 0)
      if (compareRuns(a, b) >= 0 && compareRuns(b, c) >= 0)
        expect(compareRuns(a, c)).toBeGreaterThanOrEqual(0)
    }),
  )
})
