import { expect, test } from 'vitest'
import { describeFigure } from './figures.ts'
import type { Figure } from './insights-data.ts'
import { describeGrowth } from './reason-growth.ts'

const figure = (more: Partial<Figure>): Figure => ({
  name: 'firstAttempt',
  value: 0.61,
  before: 0.59,
  p95: null,
  count: 100,
  filter: '',
  ...more,
})

test.each([
  ['a better share', figure({}), '61 %', '+2 points', true],
  ['one point', figure({ before: 0.6 }), '61 %', '+1 point', true],
  ['no difference worth a word', figure({ before: 0.612 }), '61 %', 'as before', null],
  [
    'fewer attempts',
    figure({ name: 'attemptsPerIssue', value: 1.4, before: 1.5 }),
    '1.4',
    '−0.1',
    true,
  ],
  [
    'slower decisions',
    figure({ name: 'decisionSeconds', value: 1_020, before: 660, p95: 3_120 }),
    '17 min',
    'p95 52 min, +6 min',
    false,
  ],
  ['nothing before', figure({ before: null }), '61 %', 'nothing before it', null],
  [
    'cheaper',
    figure({ name: 'costPerCompleted', value: 0.41, before: 0.44 }),
    '$0.41',
    '−$0.03',
    true,
  ],
] as const)('%s', (_name, given, value, change, isBetter) => {
  expect(describeFigure(given, true)).toMatchObject({ value, change, isBetter })
})

test('from too few decisions no rate is shown', () => {
  expect(describeFigure(figure({}), false)).toMatchObject({
    value: '—',
    change: 'Too few yet to say',
    isBetter: null,
  })
})

test('a count says something from the first on', () => {
  const count = figure({ name: 'issuesCompleted', value: 4, before: 1 })
  expect(describeFigure(count, false)).toMatchObject({ value: '4', change: '+3', isBetter: true })
})

test.each([
  [47, 39, '+21 %'],
  [58, 64, '−9 %'],
  [5, 2, '+3'],
  [4, 4, '±0'],
])('%i runs after %i are %s', (count, before, growth) => {
  expect(describeGrowth({ count, before })).toBe(growth)
})
