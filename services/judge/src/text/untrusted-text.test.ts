import { expect, test } from 'vitest'
import { neutralizeMentions, toOneLine, toOneSentence } from './untrusted-text.ts'

test.each([
  ['a right-to-left override', 'safe\u202Egnp.exe', 'safegnp.exe'],
  ['isolates', '\u2066main\u2069', 'main'],
  ['characters of no width', 'ad\u200Bmi\u2060n\uFEFF', 'admin'],
  ['a soft hyphen', 'pass\u00ADword', 'password'],
  ['letters that no reader sees', `ok\u{E0041}\u{E007F}`, 'ok'],
  ['a mark of Arabic letters', 'a\u061Cb', 'ab'],
])('a line has no %s', (_what, text, shown) => {
  expect(toOneLine(text, 100)).toBe(shown)
})

test('scripts that are written from right to left, and emoji, stay', () => {
  for (const text of ['שלום עולם', 'مرحبا', '⚠️ done', '日本語'])
    expect(toOneLine(text, 100)).toBe(text)
})

test('a mention stays broken', () => {
  expect(neutralizeMentions(toOneLine('@every\u200Bone', 100))).toBe('@\u200Beveryone')
})

test('a sentence that is cut is no half of a character, and has no hidden one', () => {
  expect(toOneSentence(`${'a'.repeat(18)}😀`, 20).isWellFormed()).toBe(true)
  expect(toOneLine('a\u034Fb\u115Fc\u3164d\uFFA0e\u2800f\uFFF9g\u{E0100}h', 99)).toBe('abcdefgh')
})
