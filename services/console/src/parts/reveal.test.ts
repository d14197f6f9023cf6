import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { revealHidden, revealInText } from './reveal.ts'

test('characters that turn or hide text are shown as their numbers', () => {
  expect(revealInText('a\u202Eb')).toBe('a⟨U+202E⟩b')
  expect(revealInText('pass\u200Bword')).toBe('pass⟨U+200B⟩word')
  expect(revealInText('\u{E0041}')).toBe('⟨U+E0041⟩')
  expect(revealInText('\u0000\u001b[31m')).toBe('⟨U+0000⟩⟨U+001B⟩[31m')
})

test('ordinary text stays as it is', () => {
  const text = 'line 1\n\tline 2 – äß日本 עברית 👩‍💻 ❤️'
  expect(revealHidden(text)).toEqual([{ kind: 'text', text }])
})

test('a joiner is part of an emoji only, not of a word', () => {
  expect(revealInText('a\u200Db')).toBe('a⟨U+200D⟩b')
})

property.prop([fc.string({ unit: 'binary' })])('nothing else of a text is lost', (text) => {
  const shown = revealHidden(text)
  for (const { kind, text: piece } of shown) if (kind === 'text') expect(text).toContain(piece)
  expect(
    shown
      .filter(({ kind }) => kind === 'text')
      .map((part) => part.text)
      .join(''),
  ).not.toMatch(/[\u202A-\u202E\u2066-\u2069\u200B]/)
})
