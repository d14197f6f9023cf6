import { expect, test } from 'vitest'
import { parseAnsi } from './parse-ansi.ts'

const ESC = '\u001b['

test('colours become classes, and nothing becomes markup', () => {
  expect(parseAnsi(`${ESC}31m<b>FAIL</b>${ESC}39m rest`)).toEqual([
    { text: '<b>FAIL</b>', classes: ['ansi-red'] },
    { text: ' rest', classes: [] },
  ])
})

test('decorations are classes, too', () => {
  expect(parseAnsi(`${ESC}1m${ESC}32mok${ESC}0m`)).toEqual([
    { text: 'ok', classes: ['ansi-green', 'ansi-bold'] },
  ])
})

test('a palette that no theme knows keeps the words only', () => {
  expect(parseAnsi(`${ESC}38;5;208mwarning${ESC}0m`)).toEqual([{ text: 'warning', classes: [] }])
  expect(parseAnsi(`${ESC}38;2;255;0;0mred${ESC}0m`)).toEqual([{ text: 'red', classes: [] }])
})

test('sequences that move the cursor leave no trace', () => {
  const text = parseAnsi(`${ESC}2K${ESC}1Gdone${ESC}0m`)
    .map((part) => part.text)
    .join('')
  expect(text).toBe('done')
})

test('a line without colours is one part', () => {
  expect(parseAnsi('plain')).toEqual([{ text: 'plain', classes: [] }])
})
