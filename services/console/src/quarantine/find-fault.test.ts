import { expect, test } from 'vitest'
import { findJsonFault, splitAtFault } from './find-fault.ts'

test('JSON has no fault', () => {
  expect(findJsonFault('{"a":[1,"x"]}')).toBeNull()
})

test.each([
  ['{"a":1,}', '}'],
  ['{"repository": "acme/widgets", "issueNumber": nope}', 'o'],
  ['{\n  "a": 1\n  "b": 2\n}', '"'],
])('the place of the fault in %s is found', (text, marked) => {
  const fault = findJsonFault(text)
  expect(fault).not.toBeNull()
  if (fault) expect(splitAtFault(text, fault)[1]).toBe(marked)
})

test.each([['{"a":'], ['']])('what ends too early is marked at its end: %j', (text) => {
  expect(findJsonFault(text)?.at).toBe(text.length)
})

test('the parts make up the text', () => {
  const text = '{"a": 💥}'
  const fault = findJsonFault(text)
  expect(fault && splitAtFault(text, fault).join('')).toBe(text)
})
