import { expect, test } from 'vitest'
import { shareInFlight } from './share-in-flight.ts'

test('calls that come together share one result or failure, and the next call starts again', async () => {
  const ends: PromiseWithResolvers<number>[] = []
  const call = shareInFlight(() => {
    const end = Promise.withResolvers<number>()
    ends.push(end)
    return end.promise
  })
  const together = [call(), call()]
  ends[0]?.resolve(1)
  expect(await Promise.all(together)).toEqual([1, 1])

  const failing = Promise.allSettled([call(), call()])
  ends[1]?.reject(new Error('no'))
  expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected'])

  const last = call()
  ends[2]?.resolve(3)
  expect([await last, ends.length]).toEqual([3, 3])
})
