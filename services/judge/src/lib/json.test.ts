import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { parseJson, sanitizeJson } from './json.ts'
import { sanitizeText } from './text.ts'

const rows = [
  { text: 'a\0b', clean: 'a\uFFFDb' },
  { text: '\0', clean: '\uFFFD' },
  { text: 'a\uD800b', clean: 'a\uFFFDb' },
  { text: 'a\uDC00', clean: 'a\uFFFD' },
  { text: '\uDC00\uD800', clean: '\uFFFD\uFFFD' },
  { text: '🎉 \u0001\uFFFF\u2028', clean: '🎉 \u0001\uFFFF\u2028' },
  {
    text: String.raw`the escape \u0000 written out`,
    clean: String.raw`the escape \u0000 written out`,
  },
]

test.each(rows)('$text is stored as $clean, alone, in JSON and as a key', ({ text, clean }) => {
  expect(sanitizeText(text)).toBe(clean)
  expect(parseJson(JSON.stringify([text, { [text]: { deep: [text] } }]))).toEqual([
    clean,
    { [clean]: { deep: [clean] } },
  ])
})

test('what needs no replacement is not copied', () => {
  const value = { a: ['b', { c: '🎉', d: null, e: 1.5, f: true }] }
  expect(sanitizeJson(value)).toBe(value)
})

test('a key named __proto__ stays data', () => {
  expect(Object.entries(parseJson(String.raw`{"__proto__":"\u0000"}`) ?? {})).toEqual([
    ['__proto__', '\uFFFD'],
  ])
})

test('JSON of absurd depth is an error and no crash', () => {
  const deep = `${'['.repeat(200_000)}"\\u0000"${']'.repeat(200_000)}`
  expect(() => parseJson(deep)).toThrow(RangeError)
  expect(() => parseJson('{"a":')).toThrow(SyntaxError)
})

const anyText = fc.string({ unit: 'binary' })
property.prop([fc.jsonValue({ stringUnit: 'binary' }), anyText])(
  'any value is clean afterwards, and otherwise the same',
  (value, extra) => {
    const text = JSON.stringify({ value, [`${extra}\0\uD800`]: extra })
    const parsed = parseJson(text)
    expect(JSON.stringify(parsed)).not.toMatch(/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/)
    expect(parsed).toEqual(sanitizeJson(JSON.parse(text)))
    expect(sanitizeJson(parsed)).toBe(parsed)
  },
)
