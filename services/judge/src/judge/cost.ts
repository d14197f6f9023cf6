import { formatUsd } from '../lib/text.ts'
import type { Policy } from '../policy/policy.ts'
import { type Caps, computeCaps, type IssueMoney } from './budget.ts'

/** The most a model may write in one answer, including its reasoning. Also the reserved amount. */
export const MAX_OUTPUT_TOKENS = 32_768

export interface Usage {
  /** All input tokens, including those read from a cache. */
  readonly inputTokens: number
  readonly cachedInputTokens: number
  readonly outputTokens: number
}

/** USD for a million tokens. */
export interface Price {
  readonly input: number
  readonly cached_input: number
  readonly output: number
}

/**
 * The prices and limits of one call. They are stored in the effect when it is decided, so that a
 * later change of the policy does not change what was allowed.
 */
export interface AskBudget extends Caps {
  readonly price: Price | null
  /** The cost that a call of a model without a listed price counts as, in USD. */
  readonly unknownCallUsd: number
}

/** The prices and limits for asking `model` about an issue. */
export const selectAskBudget = (
  model: string,
  money: IssueMoney,
  policy: Pick<Policy, 'budget' | 'judge'>,
): AskBudget => ({
  price: findPrice(model, policy.judge),
  unknownCallUsd: policy.budget.unknown_call_usd,
  ...computeCaps(money, policy.budget),
})

const findPrice = (model: string, { prices }: Policy['judge']): Price | null =>
  Object.hasOwn(prices, model) ? (prices[model] ?? null) : null

/** The most one call can cost, in USD: nothing cached, and an answer of full length. */
export function estimateWorstCase(inputTokens: number, money: AskBudget): number {
  if (!money.price) return money.unknownCallUsd
  return toUsd(
    inputTokens * Math.max(money.price.input, money.price.cached_input) +
      MAX_OUTPUT_TOKENS * money.price.output,
  )
}

/** The cost of a call by its reported usage, in USD; without a report, its worst case. */
export function computeCost(usage: Usage | null, reservedUsd: number, money: AskBudget): number {
  if (!money.price) return money.unknownCallUsd
  return usage ? priceTokens(usage, money.price) : reservedUsd
}

function priceTokens(usage: Usage, price: Price): number {
  const cached = Math.min(usage.cachedInputTokens, usage.inputTokens)
  return toUsd(
    (usage.inputTokens - cached) * price.input +
      cached * price.cached_input +
      usage.outputTokens * price.output,
  )
}

/** Tokens times USD per million tokens, as USD rounded up to the six decimals that are stored. */
const toUsd = (millionths: number): number =>
  Math.ceil(Number(millionths.toPrecision(12))) / 1_000_000

/** The name by which policy lists the prices of the agent, which is Codex. */
const AGENT = 'codex'

/**
 * What a run's agent cost, in USD, by its tokens; null: it worked, and nothing tells how many. That,
 * and a price that is not listed, counts as a call of an unlisted model.
 */
export function computeAgentCost(
  usage: Usage | null,
  { budget, judge }: Pick<Policy, 'budget' | 'judge'>,
): number {
  const price = findPrice(AGENT, judge)
  return usage === null || price === null ? budget.unknown_call_usd : priceTokens(usage, price)
}

/** The spending so far in USD, including open reservations. */
export interface Spending {
  readonly run: number
  readonly issue: number
  readonly repositoryDay: number
}

export type BudgetName = keyof Spending

export interface ExceededBudget {
  readonly budget: BudgetName
  /** A sentence for people. */
  readonly because: string
}

/** Which budget the cost would exceed; null: none. */
export function findExceededBudget(
  cost: number,
  spent: Spending,
  money: AskBudget,
): ExceededBudget | null {
  const budgets = [
    { budget: 'run', name: 'run', cap: money.runUsd, period: '' },
    { budget: 'issue', name: 'issue', cap: money.issueUsd, period: '' },
    { budget: 'repositoryDay', name: 'repository', cap: money.repositoryDayUsd, period: ' today' },
  ] as const
  const over = budgets.find(({ budget, cap }) => spent[budget] + cost > cap + 1e-9)
  if (!over) return null
  const { budget, name, cap, period } = over
  return {
    budget,
    because: [
      `The call may cost ${formatUsd(cost)},`,
      `and the ${name} has spent ${formatUsd(spent[budget])} of ${formatUsd(cap)}${period}.`,
    ].join(' '),
  }
}
