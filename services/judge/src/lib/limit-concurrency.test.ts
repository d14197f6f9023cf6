import { expect, test } from 'vitest'
import { atMost } from './limit-concurrency.ts'

test('no more than so many go on at a time, in the order in which they came, and a failure gives its place back', async () => {
  const inTurn = atMost(2)
  const ends: (() => void)[] = []
  const begun: number[] = []
  const works = [0, 1, 2, 3].map((n) =>
    inTurn(() => {
      begun.push(n)
      return new Promise<number>((resolve, reject) =>
        ends.push(n === 0 ? () => reject(new Error('broken')) : () => resolve(n)),
      )
    }),
  )
  expect(begun).toEqual([0, 1])
  ends[0]?.()
  await expect(works[0]).rejects.toThrow('broken')
  expect(begun).toEqual([0, 1, 2])
  ends[1]?.()
  await works[1]
  expect(begun).toEqual([0, 1, 2, 3])
  ends[2]?.()
  ends[3]?.()
  expect(await Promise.all(works.slice(1))).toEqual([1, 2, 3])
})
