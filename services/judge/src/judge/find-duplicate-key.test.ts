import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { findDuplicateKey } from './find-duplicate-key.ts'

const rows: readonly { readonly json: string; readonly key: string | null }[] = [
  { json: '{"decision":"fail","decision":"pass"}', key: 'decision' },
  { json: '{"decision":"pass","decision":"pass"}', key: 'decision' },
  { json: String.raw`{"decision":"fail","decisi\u006fn":"pass"}`, key: 'decision' },
  { json: String.raw`{"a\/b":1,"a/b":2}`, key: 'a/b' },
  { json: '{"coverage":[{"met":true},{"met":false,"met":true}]}', key: 'met' },
  { json: '{"a":{"b":{"c":1,"d":[[]],"c":2}}}', key: 'c' },
  { json: '[[{"a":1}],[{"a":{},"a":{}}]]', key: 'a' },
  { json: '{"__proto__":1,"__proto__":2}', key: '__proto__' },
  { json: '{"":1,"":2}', key: '' },
  { json: '{ "a" : 1 ,\n "b" : 2 ,\n "a" : 3 }', key: 'a' },
  { json: '{"a":1,"A":2,"a ":3}', key: null },
  { json: '{"a":[{"x":1},{"x":1}],"b":{"a":{"a":1}}}', key: null },
  { json: String.raw`{"a":"{\"a\":1,\"a\":2}","b":["a","a","b"]}`, key: null },
  { json: String.raw`{"a":"\\","b":"\\\"","c":"]}"}`, key: null },
  { json: '"a"', key: null },
  { json: '{}', key: null },
]

test.each(rows)('in $json the repeated key is $key', ({ json, key }) => {
  expect(findDuplicateKey(json)).toBe(key)
})

property.prop([fc.json({ maxDepth: 5 })])('a written JSON value repeats no key', (json) => {
  expect(findDuplicateKey(json)).toBeNull()
})

property.prop([
  fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1, maxKeys: 5, noNullPrototype: true }),
  fc.jsonValue(),
  fc.nat(),
  fc.array(fc.nat({ max: 3 }), { maxLength: 4 }),
])('a key that is repeated anywhere is found', (object, value, n, depth) => {
  const keys = Object.keys(object)
  const key = keys[n % keys.length] ?? ''
  const members = Object.entries(object).map(
    ([name, inner]) => `${JSON.stringify(name)}:${JSON.stringify(inner)}`,
  )
  const repeated = `{${[...members, `${escapeAll(key)}:${JSON.stringify(value)}`].join(',')}}`
  const wrapped = depth.reduce(
    (inner, kind) => (kind < 2 ? `[1,${inner},"x"]` : `{"w":${inner},"z":[]}`),
    repeated,
  )
  expect(findDuplicateKey(wrapped)).toBe(key)
})

const escapeAll = (key: string): string =>
  `"${[...Array(key.length).keys()]
    .map((at) => `\\u${key.charCodeAt(at).toString(16).padStart(4, '0')}`)
    .join('')}"`
