import { expect, test } from 'vitest'
import { createWrongTokens } from './wrong-tokens.ts'

test('thirty wrong tokens of an address are refused, and further ones until the minute is over', () => {
  let now = 0
  const tokens = createWrongTokens(() => now)
  const refuse = (address: string, times: number) =>
    Array.from({ length: times }, () => tokens.refuse(address)).at(-1)
  expect(refuse('10.0.0.1', 30)?.code).toBe('unauthenticated')
  now = 20_500
  expect(refuse('10.0.0.1', 1)).toMatchObject({
    code: 'too_many_requests',
    options: { headers: { 'retry-after': '40' } },
  })
  expect(refuse('10.0.0.2', 30)?.code).toBe('unauthenticated')
  now = 59_999
  expect(refuse('10.0.0.1', 1)?.code).toBe('too_many_requests')
  now = 60_000
  expect(refuse('10.0.0.1', 30)?.code).toBe('unauthenticated')
  expect(refuse('10.0.0.1', 1)?.code).toBe('too_many_requests')
})

test('the addresses of an attack do not fill the memory', () => {
  const tokens = createWrongTokens(() => 0)
  for (let n = 0; n < 25_000; n += 1) tokens.refuse(`address ${n}`)
  expect(tokens.refuse('address 24999').code).toBe('unauthenticated')
})
