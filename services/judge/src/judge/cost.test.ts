import { expect, test } from 'vitest'
import { judgePolicy } from '../../../../test/judge/samples.ts'
import { noMoney } from './budget.ts'
import {
  type AskBudget,
  computeAgentCost,
  computeCost,
  estimateWorstCase,
  findExceededBudget,
  MAX_OUTPUT_TOKENS,
  selectAskBudget,
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
const priced: AskBudget = selectAskBudget('openai/gpt-5.2', noMoney, {
  budget,
  judge: judgePolicy({ prices }),
})
const unpriced: AskBudget = selectAskBudget('openai/other', noMoney, {
  budget,
  judge: judgePolicy({ prices }),
})

test('a call is reserved at its worst case: nothing cached, an answer of full length', () => {
  expect(estimateWorstCase(100_000, priced)).toBeCloseTo(
    0.2 + (MAX_OUTPUT_TOKENS * 10) / 1_000_000,
    6,
  )
})

test('a call costs what it used, cached input at its own price', () => {
  expect(
    computeCost(
      { inputTokens: 1_000_000, cachedInputTokens: 400_000, outputTokens: 100_000 },
      9,
      priced,
    ),
  ).toBe(1.2 + 0.2 + 1)
  expect(
    computeCost({ inputTokens: 10, cachedInputTokens: 400, outputTokens: 0 }, 9, priced),
  ).toBeCloseTo(0.000005, 9)
})

test('a call without usage counts at its worst case, and without a price at the policy default', () => {
  expect(computeCost(null, 0.5, priced)).toBe(0.5)
  expect(estimateWorstCase(1, unpriced)).toBe(0.25)
  expect(
    computeCost({ inputTokens: 1, cachedInputTokens: 0, outputTokens: 1 }, 0.25, unpriced),
  ).toBe(0.25)
  expect(selectAskBudget('toString', noMoney, { budget, judge: judgePolicy() }).price).toBeNull()
})

test('the agent is priced as codex; without a price or a report it counts as an unlisted call', () => {
  const usage = { inputTokens: 1_000_000, cachedInputTokens: 400_000, outputTokens: 100_000 }
  const listed = { codex: { input: 1, cached_input: 0.5, output: 10 } }
  const cost = (used: typeof usage | null, prices = {}) =>
    computeAgentCost(used, { budget, judge: judgePolicy({ prices }) })
  expect(cost(usage, listed)).toBe(0.6 + 0.2 + 1)
  expect(cost(usage)).toBe(0.25)
  expect(cost(null, listed)).toBe(0.25)
})

test('a cost that fits exactly is allowed; a cent more names the exceeded budget', () => {
  const spent = { run: 1.75, issue: 1.75, repositoryDay: 1.75 }
  expect(findExceededBudget(0.25, spent, unpriced)).toBeNull()
  expect(findExceededBudget(0.26, spent, unpriced)).toMatchObject({
    budget: 'run',
    because: expect.stringContaining('run has spent $1.75 of $2.00'),
  })
  expect(
    findExceededBudget(0.25, { run: 0, issue: 9.9, repositoryDay: 0 }, unpriced),
  ).toMatchObject({ budget: 'issue', because: expect.stringContaining('issue') })
  expect(
    findExceededBudget(0.25, { run: 0, issue: 0, repositoryDay: 49.9 }, unpriced),
  ).toMatchObject({
    budget: 'repositoryDay',
    because: expect.stringContaining('repository has spent $49.90 of $50.00 today'),
  })
})

test('the token estimate is an upper bound for prose, code, numbers, symbols and other scripts', () => {
  // Approximate counts of byte-pair tokenizers with large vocabularies.
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

test('fitting keeps the start or the end, in whole lines where possible, and never exceeds the limit', () => {
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
