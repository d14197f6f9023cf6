import { expect, test } from 'vitest'
import { maskJson, maskJsonNow, maskStrings } from './mask.ts'

const token = `ghp${'_'}A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8`
const maskNow = (text: string): string =>
  text
    .replace(/(?<![A-Za-z0-9_])ghp_[A-Za-z0-9]{30,}/g, '[masked: github]')
    .replace(/(password["']?: ")[^"\s]{8,}"/g, '$1[masked: credential]"')
const mask = async (text: string): Promise<string> => maskNow(text)

test('every string is masked, names of fields and values of named fields, too', async () => {
  const value = {
    plain: 1,
    list: ['a', token],
    [token]: { password: 'hunter2hunter2', note: 'hunter2hunter2' },
  }
  const masked = {
    plain: 1,
    list: ['a', '[masked: github]'],
    '[masked: github]': { password: '[masked: credential]', note: 'hunter2hunter2' },
  }
  expect(await maskStrings(value, mask)).toEqual(masked)
  const json = JSON.stringify(value)
  expect(JSON.parse(await maskJson(json, mask))).toEqual(masked)
  expect(JSON.parse(maskJsonNow(json, maskNow))).toEqual(masked)
})

test('JSON without a secret is the same text', async () => {
  for (const json of ['{"a": 1,   "b":"\\n\\"\\u0041"}', '[]', '"x"', '1'])
    expect([await maskJson(json, mask), maskJsonNow(json, maskNow)]).toEqual([json, json])
})

test.each(['\n', '\t', '"', '\\', '\u0001'])(
  'a secret is found behind %j in JSON',
  async (char) => {
    const json = JSON.stringify({ log: `a${char}${token}` })
    expect(await maskJson(json, mask)).toBe(JSON.stringify({ log: `a${char}[masked: github]` }))
  },
)

test('a field named __proto__ stays a field', async () => {
  const json = `{"__proto__":{"a":"${token}"}}`
  expect(await maskJson(json, mask)).toBe('{"__proto__":{"a":"[masked: github]"}}')
})
