import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createBatcher } from './batcher.ts'

const outage = new Error('the store is away')

/** A batcher of one batch at a time, whose batches end when the test ends them. */
function createTestBatcher(max = { items: 3, size: 100 }) {
  const batches: { readonly items: readonly string[]; readonly end: (error?: Error) => void }[] = []
  const runBatch = (items: readonly string[]) =>
    new Promise<readonly string[]>((resolve, reject) =>
      batches.push({
        items,
        end: (error) => (error ? reject(error) : resolve(items.map((item) => `${item}!`))),
      }),
    )
  const submit = createBatcher<string, string>({
    runBatch,
    runOne: async (item) => (await runBatch([item]))[0] ?? '',
    measureSize: (item) => item.length,
    max,
    maxInFlight: 1,
    failsAll: (error) => error === outage,
  })
  return { submit, batches, listStarted: () => batches.map(({ items }) => items.join(' ')) }
}

test('a lone item starts at once; items that come meanwhile go together, in order, up to the limit', async () => {
  const { submit, batches, listStarted } = createTestBatcher()
  const first = submit('a')
  await turn()
  expect(listStarted()).toEqual(['a'])
  const others = ['b', 'c', 'd', 'e'].map(submit)
  await turn()
  expect(listStarted()).toEqual(['a'])
  batches[0]?.end()
  expect(await first).toBe('a!')
  await turn()
  expect(listStarted()).toEqual(['a', 'b c d'])
  batches[1]?.end()
  expect(await Promise.all(others.slice(0, 3))).toEqual(['b!', 'c!', 'd!'])
  await turn()
  batches[2]?.end()
  expect(await others[3]).toBe('e!')
})

test('a batch is no larger than its size limit, but a larger single item is still processed', async () => {
  const { submit, batches, listStarted } = createTestBatcher({ items: 9, size: 4 })
  const all = ['aaaaaaa', 'bb', 'cc', 'd'].map(submit)
  for (const n of [0, 1, 2]) {
    await turn()
    batches[n]?.end()
    await turn()
  }
  await Promise.all(all)
  expect(listStarted()).toEqual(['aaaaaaa', 'bb cc', 'd'])
})

test('an item that fails a batch fails only itself: each is retried alone, and the queue goes on', async () => {
  const { submit, batches, listStarted } = createTestBatcher()
  const settled = Promise.allSettled(['a', 'b', 'c', 'd'].map(submit))
  await turn()
  batches[0]?.end(new Error('b is poison'))
  await turn()
  await turn()
  expect(listStarted()).toEqual(['a b c', 'a', 'b', 'c', 'd'])
  batches[1]?.end()
  batches[2]?.end(new Error('b is poison'))
  batches[3]?.end()
  batches[4]?.end()
  expect(
    (await settled).map((one) => (one.status === 'fulfilled' ? one.value : String(one.reason))),
  ).toEqual(['a!', 'Error: b is poison', 'c!', 'd!'])
})

test('an error that is no fault of an item fails the batch and all that waits, without another try', async () => {
  const { submit, batches, listStarted } = createTestBatcher()
  const settled = Promise.allSettled(['a', 'b', 'c', 'd', 'e'].map(submit))
  await turn()
  batches[0]?.end(outage)
  expect((await settled).map((one) => one.status === 'rejected' && one.reason)).toEqual(
    Array(5).fill(outage),
  )
  expect(listStarted()).toEqual(['a b c'])

  const later = submit('f')
  await turn()
  batches[1]?.end()
  expect(await later).toBe('f!')
})
