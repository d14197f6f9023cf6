import { expect, test } from 'vitest'
import { memoize } from './memoize.ts'

test('equal inputs are computed once while they are among the newest', () => {
  const computed: string[] = []
  const shout = memoize(
    (text: string) => {
      computed.push(text)
      return text.toUpperCase()
    },
    { identify: (text) => text, max: 2 },
  )
  expect(['a', 'b', 'a', 'c', 'a', 'b'].map(shout)).toEqual(['A', 'B', 'A', 'C', 'A', 'B'])
  expect(computed).toEqual(['a', 'b', 'c', 'b'])
})
