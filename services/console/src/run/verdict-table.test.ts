import { expect, test } from 'vitest'
import type { Requirement, Verdict } from './run-data.ts'
import { numberRequirement, readScores, readTexts, toVerdictRows } from './verdict-table.ts'

const requirement = (text: string, met = true): Requirement => ({
  requirement: text,
  met,
  citations: [],
  test: null,
})
const verdict = (requirements: readonly Requirement[]): Pick<Verdict, 'requirements'> => ({
  requirements: [...requirements],
})

test('requirements that differ in space and case only are one row', () => {
  const rows = toVerdictRows([
    verdict([requirement('Retries  are made'), requirement('It waits')]),
    verdict([requirement('retries are made', false), requirement('It is tested')]),
  ])
  expect(rows.map(({ requirement: text, cells }) => [text, ...cells.map((it) => it?.met)])).toEqual(
    [
      ['Retries  are made', true, false],
      ['It waits', true, undefined],
      ['It is tested', undefined, true],
    ],
  )
})

test.each([
  ['texts', ['a', '', 'b'], ['a', 'b']],
  ['objects', [{ path: 'a.ts', fix: 'rename', line: 3 }], ['a.ts: rename']],
  ['other things', [1, null, {}, []], []],
  ['no list', 'a text', []],
])('the texts of a list of %s', (_name, list, texts) => {
  expect(readTexts(list)).toEqual(texts)
})

test('only numbers are scores', () => {
  expect(readScores({ correctness: 0.9, note: 'good', risk: null })).toEqual([['correctness', 0.9]])
  expect(readScores(null)).toEqual([])
})

test('a requirement is numbered once', () => {
  expect(numberRequirement('Retries are made', 2)).toBe('2. Retries are made')
  expect(numberRequirement('2. Retries are made', 2)).toBe('2. Retries are made')
})
