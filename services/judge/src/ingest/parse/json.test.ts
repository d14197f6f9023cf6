import { expect, test } from 'vitest'
import { tidyText } from '../../lib/text.ts'
import { elementTexts, maxDepth, objectIn, readJson, readObject, utf8 } from './json.ts'

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)

test('200 levels are read, 201 are refused, and a million do not bring anything down', () => {
  expect(readJson(nested(maxDepth)).kind).toBe('read')
  expect(readJson(nested(maxDepth + 1))).toMatchObject({ fault: { code: 'too_deep' } })
  expect(readJson(nested(1_000_000))).toMatchObject({ fault: { code: 'too_deep' } })
  expect(readJson(`${'{"a":'.repeat(maxDepth + 1)}1${'}'.repeat(maxDepth + 1)}`)).toMatchObject({
    fault: { code: 'too_deep' },
  })
})

test('NUL and half surrogate pairs become U+FFFD in values and keys, however they were written', () => {
  expect(readObject('{"a\\u0000":"x\\uD800y","deep":["\\udc00","\\ud83d\\ude00"]}')).toEqual({
    kind: 'read',
    value: { 'a\uFFFD': 'x\uFFFDy', deep: ['\uFFFD', '😀'] },
  })
  expect(tidyText('a\0b\uD83D')).toBe('a\uFFFDb\uFFFD')
})

test('a key named __proto__ is data like any other', () => {
  const reading = readObject('{"__proto__":{"polluted":"\\u0000"},"constructor":1}')
  expect(reading).toMatchObject({ kind: 'read' })
  expect(JSON.stringify(reading)).toContain('"__proto__":{"polluted":"\uFFFD"}')
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
})

test.each([
  ['', 'not_json'],
  ['{', 'not_json'],
  ['[]', 'not_object'],
  ['null', 'not_object'],
  ['"text"', 'not_object'],
  ['3', 'not_object'],
])('%j is malformed: %s', (text, code) => {
  expect(readObject(text)).toMatchObject({ kind: 'fault', fault: { code } })
})

test('bytes that are not UTF-8 are no text, and a byte order mark is none of it', () => {
  expect(utf8(Buffer.from([0xff, 0xfe, 0x7b]))).toBeNull()
  expect(utf8(Buffer.from([0xed, 0xa0, 0x80]))).toBeNull()
  expect(utf8(Buffer.from('\uFEFF{}'))).toBe('{}')
})

test('the elements of an array are cut out exactly as they were sent', () => {
  const elements = [
    '{"a":[1,2,{"b":"],}\\""}]}',
    '[[],{}]',
    '"x,y\\\\"',
    '1e5',
    ' null '.trim(),
    '{}',
  ]
  expect(elementTexts(` [ ${elements.join(' ,\n')} ] `)).toEqual(elements)
  expect(elementTexts('[]')).toEqual([])
})

test('an object may travel inside a string, anything else may not', () => {
  expect(objectIn('{"a":1}\n')).toEqual({ a: 1 })
  expect(objectIn({ a: 1 })).toEqual({ a: 1 })
  for (const value of ['', '{', '[1]', 'null', 7, null, [1], undefined])
    expect(objectIn(value)).toBeNull()
})
