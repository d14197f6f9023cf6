import { expect, test } from 'vitest'
import { deriveLatest, followLatest } from './latest.ts'

const createClient = (token: string) => ({ token, send: (text: string) => `${text} with ${token}` })

test('a value is derived once, until its source is another one', () => {
  let source = { token: 'old' }
  const derived: string[] = []
  const latest = deriveLatest(
    () => source,
    ({ token }) => {
      derived.push(token)
      return token.toUpperCase()
    },
  )
  expect([latest(), latest()]).toEqual(['OLD', 'OLD'])
  source = { token: 'old' }
  expect(latest()).toBe('OLD')
  source = { token: 'new' }
  expect([latest(), latest()]).toEqual(['NEW', 'NEW'])
  expect(derived).toEqual(['old', 'new'])
})

test('methods are those of the latest object, also where they were taken before', () => {
  let client = createClient('old')
  const followed = followLatest(() => client)
  const { send } = followed
  expect([send('a'), followed.token]).toEqual(['a with old', 'old'])
  client = createClient('new')
  expect([send('b'), followed.send('c'), followed.token]).toEqual([
    'b with new',
    'c with new',
    'new',
  ])
  expect(followed.send).toBe(send)
})
