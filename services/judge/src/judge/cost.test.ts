import { expect, test } from 'vitest'
import { judgePolicy } from '../../../../test/judge/samples.ts'
import {
  type AskMoney,
  askMoney,
  MAX_OUTPUT_TOKENS,
  overBudget,
  settledCost,
  worstCase,
} from './cost.ts'
import { estimateTokens, fitTokens } from './tokens.ts'

const budget = {
  run_usd: 2,
  issue_usd: 10,
  repository_day_usd: 50,
  unknown_call_usd: 0.25,
  labels: { big: 30, bigger: 40 },
  count_agent: false,
}
const prices = { 'openai/gpt-5.2': { input: 2, cached_input: 0.5, output: 10 } }
const priced: AskMoney = askMoney('openai/gpt-5.2', [], { budget, judge: judgePolicy({ prices }) })
const unpriced: AskMoney = askMoney('openai/other', [], { budget, judge: judgePolicy({ prices }) })

test('a call is reserved at its worst case: nothing cached, an answer of full length', () => {
  expect(worstCase(100_000, priced)).toBeCloseTo(0.2 + (MAX_OUTPUT_TOKENS * 10) / 1_000_000, 6)
})

test('what it used is what it costs, cached input at its own price', () => {
  expect(
    settledCost(
      { inputTokens: 1_000_000, cachedInputTokens: 400_000, outputTokens: 100_000 },
      9,
      priced,
    ),
  ).toBe(1.2 + 0.2 + 1)
  expect(
    settledCost({ inputTokens: 10, cachedInputTokens: 400, outputTokens: 0 }, 9, priced),
  ).toBeCloseTo(0.000005, 9)
})

test('without usage it counts at its worst case, without a price at what policy says', () => {
  expect(settledCost(null, 0.5, priced)).toBe(0.5)
  expect(worstCase(1, unpriced)).toBe(0.25)
  expect(
    settledCost({ inputTokens: 1, cachedInputTokens: 0, outputTokens: 1 }, 0.25, unpriced),
  ).toBe(0.25)
  expect(askMoney('toString', [], { budget, judge: judgePolicy() }).price).toBeNull()
})

test('a label raises the budget of its issue, the largest of several', () => {
  const of = (labels: readonly string[]): number =>
    askMoney('m', labels, { budget, judge: judgePolicy() }).issueUsd
  expect([of([]), of(['x']), of(['big']), of(['big', 'bigger']), of(['constructor'])]).toEqual([
    10, 10, 30, 40, 10,
  ])
})

test('what fits exactly fits; a cent more does not, and says which budget', () => {
  const spent = { run: 1.75, issue: 1.75, repositoryDay: 1.75 }
  expect(overBudget(0.25, spent, unpriced)).toBeNull()
  expect(overBudget(0.26, spent, unpriced)).toContain('run has spent $1.75 of $2.00')
  expect(overBudget(0.25, { run: 0, issue: 9.9, repositoryDay: 0 }, unpriced)).toContain('issue')
  expect(overBudget(0.25, { run: 0, issue: 0, repositoryDay: 49.9 }, unpriced)).toContain(
    'repository today',
  )
})

test('tokens are estimated from above for prose, code, numbers, symbols and other scripts', () => {
  // Roughly what byte-pair tokenizers of large vocabularies make of them.
  const known: readonly (readonly [string, number])[] = [
    ['The quick brown fox jumps over the lazy dog.', 10],
    ['export function greet(name: string): string {', 10],
    ['    return greeting + name', 5],
    ['0123456789', 4],
    ['日本語のテキスト', 6],
  ]
  for (const [text, atLeast] of known) {
    expect(estimateTokens(text), text).toBeGreaterThanOrEqual(atLeast)
    expect(estimateTokens(text), text).toBeLessThanOrEqual(atLeast * 3)
  }
})

test('fitting keeps the start or the end, whole lines where it can, and never more than asked', () => {
  const text = Array.from({ length: 50 }, (_, index) => `line number ${index}`).join('\n')
  const start = fitTokens(text, 40)
  const end = fitTokens(text, 40, 'end')
  expect(text.startsWith(start) && text[start.length] === '\n').toBe(true)
  expect(text.endsWith(end) && end.startsWith('line')).toBe(true)
  expect(estimateTokens(start)).toBeLessThanOrEqual(40)
  expect(estimateTokens(end)).toBeLessThanOrEqual(40)
  expect(fitTokens('short', 40)).toBe('short')
  expect(fitTokens(text, 0)).toBe('')
})
