import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { extractRequirements } from './requirements.ts'

const texts = (title: string, body: string): readonly string[] =>
  extractRequirements(title, body).map(({ text }) => text)

test('items under an acceptance heading are the requirements, whatever its level, case and decoration', () => {
  for (const heading of [
    '# Acceptance',
    '## Acceptance criteria',
    '###### ACCEPTANCE CRITERIA:',
    '### **Acceptance Criteria**',
    '## ✅ Acceptance criteria ##',
    'Acceptance\n---',
  ]) {
    expect(
      texts('t', `Intro\n- not this\n\n${heading}\n\n- one\n* two\n+ three\n1. four\n2) five\n`),
      heading,
    ).toEqual(['one', 'two', 'three', 'four', 'five'])
  }
})

test('other headings do not count, even if they mention acceptance', () => {
  expect(texts('Title', '## Acceptance tests we dropped\n- a\n')).toEqual([
    'Title\n\n## Acceptance tests we dropped\n- a',
  ])
})

test('the section ends at the next heading of its level or above', () => {
  const body = '## Acceptance criteria\n- a\n### API\n- b\n## Notes\n- c\n# Other\n- d'
  expect(texts('t', body)).toEqual(['a', 'b'])
})

test('several acceptance sections add up', () => {
  expect(texts('t', '## Acceptance\n- a\n## x\n- no\n## Acceptance criteria\n- b')).toEqual([
    'a',
    'b',
  ])
})

test('nested items count separately, and numbers follow the order of the issue', () => {
  const body = '## Acceptance\n1. API\n   - returns 200\n     - with a body\n2. CLI\n'
  expect(extractRequirements('t', body)).toEqual([
    { number: 1, text: 'API' },
    { number: 2, text: 'returns 200' },
    { number: 3, text: 'with a body' },
    { number: 4, text: 'CLI' },
  ])
})

test('boxes are removed, ticked or not, and empty items are skipped', () => {
  expect(texts('t', '## Acceptance\n- [ ] a\n- [x] b\n- [X] c\n- [ ]\n-\n- [link](u) d')).toEqual([
    'a',
    'b',
    'c',
    '[link](u) d',
  ])
})

test('without an acceptance heading only the task-list items count', () => {
  expect(texts('t', 'Do:\n- plain\n- [ ] a\n  - [x] b\n1. [ ] c')).toEqual(['a', 'b', 'c'])
})

test('an acceptance heading without items is ignored', () => {
  expect(texts('t', '- [ ] a\n## Acceptance\nIt works.')).toEqual(['a'])
})

test('without items, title and body are one requirement', () => {
  expect(texts(' Fix it ', 'Because\n\nit is broken.\n')).toEqual([
    'Fix it\n\nBecause\n\nit is broken.',
  ])
  expect(texts('Only a title', '')).toEqual(['Only a title'])
})

test('an issue without text still has one requirement', () => {
  expect(extractRequirements('', ' \n')).toHaveLength(1)
})

test('code blocks and comments are skipped', () => {
  const body =
    '## Acceptance\n- a\n```md\n- no\n## Notes\n```\n~~~~\n- no\n~~~\n- no\n~~~~\n<!-- - no\n- no -->\n- b\n- ```\n  - no\n  ```\n- c'
  expect(texts('t', body)).toEqual(['a', 'b', 'c'])
})

test('an item of several lines is one requirement', () => {
  expect(
    texts('t', '## Acceptance\r\n- first\r\n  goes on\r\nand on\r\n\r\nA paragraph.\r\n- second'),
  ).toEqual(['first goes on and on', 'second'])
})

property.prop([fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })])(
  'any text gives at least one requirement, numbered without gaps',
  (title, body) => {
    const requirements = extractRequirements(title, body)
    expect(requirements.length).toBeGreaterThan(0)
    expect(requirements.map(({ number }) => number)).toEqual(
      requirements.map((_, index) => index + 1),
    )
    expect(requirements.every(({ text }) => text.trim() !== '')).toBe(true)
  },
)
