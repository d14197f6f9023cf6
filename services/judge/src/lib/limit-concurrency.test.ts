import { expect, test } from 'vitest'
import { limitConcurrency } from './limit-concurrency.ts'

test('at most the given number runs at a time, in order of arrival, and a failure frees its place', async () => {
  const limit = limitConcurrency(2)
  const ends: (() => void)[] = []
  const started: number[] = []
  const works = [0, 1, 2, 3].map((n) =>
    limit(() => {
      started.push(n)
      return new Promise<number>((resolve, reject) =>
        ends.push(n === 0 ? () => reject(new Error('broken')) : () => resolve(n)),
      )
    }),
  )
  expect(started).toEqual([0, 1])
  ends[0]?.()
  await expect(works[0]).rejects.toThrow('broken')
  expect(started).toEqual([0, 1, 2])
  ends[1]?.()
  await works[1]
  expect(started).toEqual([0, 1, 2, 3])
  ends[2]?.()
  ends[3]?.()
  expect(await Promise.all(works.slice(1))).toEqual([1, 2, 3])
})
