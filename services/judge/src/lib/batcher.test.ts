import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { gather } from './batcher.ts'

/** A gatherer whose journeys end when the test says so. */
function gathering(most = { items: 3, weight: 100 }) {
  const journeys: { readonly items: readonly string[]; readonly end: (error?: Error) => void }[] =
    []
  const travel = (items: readonly string[]) =>
    new Promise<readonly string[]>((resolve, reject) =>
      journeys.push({
        items,
        end: (error) => (error ? reject(error) : resolve(items.map((item) => `${item}!`))),
      }),
    )
  const go = gather<string, string>({
    together: travel,
    alone: async (item) => (await travel([item]))[0] ?? '',
    weigh: (item) => item.length,
    most,
    journeys: 1,
  })
  return { go, journeys, left: () => journeys.map(({ items }) => items.join(' ')) }
}

test('one that comes alone goes at once; those that come meanwhile go together, in their order, so many at a time', async () => {
  const { go, journeys, left } = gathering()
  const first = go('a')
  await turn()
  expect(left()).toEqual(['a'])
  const others = ['b', 'c', 'd', 'e'].map(go)
  await turn()
  expect(left()).toEqual(['a'])
  journeys[0]?.end()
  expect(await first).toBe('a!')
  await turn()
  expect(left()).toEqual(['a', 'b c d'])
  journeys[1]?.end()
  expect(await Promise.all(others.slice(0, 3))).toEqual(['b!', 'c!', 'd!'])
  await turn()
  journeys[2]?.end()
  expect(await others[3]).toBe('e!')
})

test('a journey carries no more than its weight, but one that is heavier by itself still goes', async () => {
  const { go, journeys, left } = gathering({ items: 9, weight: 4 })
  const all = ['aaaaaaa', 'bb', 'cc', 'd'].map(go)
  for (const n of [0, 1, 2]) {
    await turn()
    journeys[n]?.end()
    await turn()
  }
  await Promise.all(all)
  expect(left()).toEqual(['aaaaaaa', 'bb cc', 'd'])
})

test('what spoils a journey costs only itself: each goes alone then, and the next are not kept waiting', async () => {
  const { go, journeys, left } = gathering()
  const settled = Promise.allSettled(['a', 'b', 'c', 'd'].map(go))
  await turn()
  journeys[0]?.end(new Error('b is poison'))
  await turn()
  await turn()
  expect(left()).toEqual(['a b c', 'a', 'b', 'c', 'd'])
  journeys[1]?.end()
  journeys[2]?.end(new Error('b is poison'))
  journeys[3]?.end()
  journeys[4]?.end()
  expect(
    (await settled).map((one) => (one.status === 'fulfilled' ? one.value : String(one.reason))),
  ).toEqual(['a!', 'Error: b is poison', 'c!', 'd!'])
})
