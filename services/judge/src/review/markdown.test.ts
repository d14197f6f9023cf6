import { describe, expect, test } from 'vitest'
import { formatQuote, removeQuoted, stripMarkup } from './markdown.ts'

describe('what a text says itself', () => {
  test.each([
    ['a fence', 'before\n```ts\ncode\n```\nafter', 'before\nafter'],
    ['a fence of tildes', '~~~\ncode\n~~~\nafter', 'after'],
    ['a longer fence with a shorter one inside', '````\n```\ncode\n```\n````\nafter', 'after'],
    ['a fence that never ends', 'before\n```\ncode', 'before'],
    ['a quote', '> said\nanswer', '\nanswer'],
    ['a folded section', 'a<details open>\nb\n</details>c', 'ac'],
    ['a hidden comment', 'a<!-- b -->c', 'ac'],
  ])('is without %s', (_what, body, own) => expect(removeQuoted(body)).toBe(own))
})

test.each([
  ['**bold** and _slanted_ and ~~gone~~', 'bold and slanted and gone'],
  ['snake_case_name', 'snake_case_name'],
  ['### A heading', 'A heading'],
  ['- one\n* two\n3. three', '• one\n• two\n• three'],
  ['[text](https://a.example) ![image](x) <https://b.example>', 'text  https://b.example'],
  ['<sub>small</sub> it&#39;s', "small it's"],
  ['`code`', '`code`'],
])('%j reads %j', (text, plain) => expect(stripMarkup(text)).toBe(plain))

test('a quote is one line, bounded, and mentions no one', () => {
  expect(formatQuote('Ask **@everyone**\u2028or\n\u0007mail a@b.example.')).toBe(
    '“Ask @\u200Beveryone or mail a@\u200Bb.example.”',
  )
  expect(formatQuote('x'.repeat(10_000))).toHaveLength(302)
  expect(formatQuote(`${'😀'.repeat(200)}`).isWellFormed()).toBe(true)
})
