import { expect, test } from 'vitest'
import { memoize } from './memoize.ts'

const setUp = (fails: readonly string[] = []) => {
  const computed: string[] = []
  const shout = memoize(
    async (text: string) => {
      computed.push(text)
      if (fails.length >= computed.length) throw new Error('away')
      return text.toUpperCase()
    },
    { identify: (text) => text, max: 2 },
  )
  return { shout, computed }
}

test('equal inputs are computed once while they are among the newest', async () => {
  const { shout, computed } = setUp()
  const shouted = await Promise.all(['a', 'b', 'a', 'c', 'a', 'b'].map(shout))
  expect(shouted).toEqual(['A', 'B', 'A', 'C', 'A', 'B'])
  expect(computed).toEqual(['a', 'b', 'c', 'b'])
})

test('a failure is not kept', async () => {
  const { shout, computed } = setUp(['a'])
  await expect(shout('a')).rejects.toThrow('away')
  expect(await shout('a')).toBe('A')
  expect(computed).toEqual(['a', 'a'])
})
