import { expect, test } from 'vitest'
import { sanitizeText } from '../../lib/text.ts'
import {
  coerceObject,
  decodeUtf8,
  MAX_DEPTH,
  readJson,
  readObject,
  splitArrayText,
} from './read-json.ts'

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)

test('200 levels are read, 201 are refused, and a million crash nothing', () => {
  expect(readJson(nested(MAX_DEPTH)).kind).toBe('read')
  expect(readJson(nested(MAX_DEPTH + 1))).toMatchObject({ fault: { code: 'too_deep' } })
  expect(readJson(nested(1_000_000))).toMatchObject({ fault: { code: 'too_deep' } })
  expect(readJson(`${'{"a":'.repeat(MAX_DEPTH + 1)}1${'}'.repeat(MAX_DEPTH + 1)}`)).toMatchObject({
    fault: { code: 'too_deep' },
  })
})

test('NUL and lone surrogates become U+FFFD in values and keys, however they are written', () => {
  expect(readObject('{"a\\u0000":"x\\uD800y","deep":["\\udc00","\\ud83d\\ude00"]}')).toEqual({
    kind: 'read',
    value: { 'a\uFFFD': 'x\uFFFDy', deep: ['\uFFFD', '😀'] },
  })
  expect(sanitizeText('a\0b\uD83D')).toBe('a\uFFFDb\uFFFD')
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

test('bytes that are not UTF-8 are no text, and a byte order mark is dropped', () => {
  expect(decodeUtf8(Buffer.from([0xff, 0xfe, 0x7b]))).toBeNull()
  expect(decodeUtf8(Buffer.from([0xed, 0xa0, 0x80]))).toBeNull()
  expect(decodeUtf8(Buffer.from('\uFEFF{}'))).toBe('{}')
})

test('the elements of an array are split exactly as they were sent', () => {
  const elements = [
    '{"a":[1,2,{"b":"],}\\""}]}',
    '[[],{}]',
    '"x,y\\\\"',
    '1e5',
    ' null '.trim(),
    '{}',
  ]
  expect(splitArrayText(` [ ${elements.join(' ,\n')} ] `)).toEqual(elements)
  expect(splitArrayText('[]')).toEqual([])
})

test('a string may contain an object, but nothing else', () => {
  expect(coerceObject('{"a":1}\n')).toEqual({ a: 1 })
  expect(coerceObject({ a: 1 })).toEqual({ a: 1 })
  for (const value of ['', '{', '[1]', 'null', 7, null, [1], undefined])
    expect(coerceObject(value)).toBeNull()
})

test('brackets inside of texts are not levels, whatever is escaped there', () => {
  const brackets = '['.repeat(MAX_DEPTH + 1)
  for (const text of [brackets, `\\"${brackets}`, `"${brackets}"`, `${brackets}\\`])
    expect(readJson(JSON.stringify({ text, more: [text] }))).toMatchObject({
      kind: 'read',
      value: { text },
    })
  expect(readJson(`{"text":"\\"","deep":${brackets}`)).toMatchObject({
    fault: { code: 'too_deep' },
  })
})
