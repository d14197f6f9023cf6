import { expect, test } from 'vitest'
import { createBodyRoom } from './body-room.ts'

test('large bodies share their room until they are answered, and small ones always have theirs', () => {
  const room = createBodyRoom({ own: 10, shared: 100 })
  const [first, second, third] = [room.open(), room.open(), room.open()]
  expect([first.grow(50), first.grow(90), second.grow(30)]).toEqual([true, true, true])
  expect(third.grow(11)).toBe(false)
  expect(third.grow(10)).toBe(true)
  expect(second.grow(31)).toBe(false)

  first.close()
  first.close()
  expect([second.grow(110), third.grow(11)]).toEqual([true, false])
  second.close()
  expect(third.grow(110)).toBe(true)
})
