import type { Policy } from '../policy/policy.ts'

/**
 * The most a model may write in one answer, its reasoning included: what a call is reserved for,
 * and what it is asked with.
 */
export const MAX_OUTPUT_TOKENS = 32_768

export interface Usage {
  /** All input tokens, those read from a cache included. */
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
 * What a call may cost and how it is priced: the part of the policy that the asking needs, put into
 * the effect when it is decided, so that a policy changed meanwhile does not change what was
 * allowed.
 */
export interface AskMoney {
  readonly price: Price | null
  /** What a call of a model without a listed price counts as, in USD. */
  readonly unknownCallUsd: number
  readonly runUsd: number
  readonly issueUsd: number
  readonly repositoryDayUsd: number
}

/**
 * The money side of asking `model` for an issue with these labels; of several labels with a budget,
 * the largest holds.
 */
export function askMoney(
  model: string,
  labels: readonly string[],
  policy: Pick<Policy, 'budget' | 'judge'>,
): AskMoney {
  const { budget, judge } = policy
  const labelled = labels.flatMap((label) => own(budget.labels, label) ?? [])
  return {
    price: own(judge.prices, model) ?? null,
    unknownCallUsd: budget.unknown_call_usd,
    runUsd: budget.run_usd,
    issueUsd: labelled.length > 0 ? Math.max(...labelled) : budget.issue_usd,
    repositoryDayUsd: budget.repository_day_usd,
  }
}

/** What one call can cost at most, in USD: nothing cached, and an answer of full length. */
export function worstCase(inputTokens: number, money: AskMoney): number {
  if (!money.price) return money.unknownCallUsd
  return usd(
    inputTokens * Math.max(money.price.input, money.price.cached_input) +
      MAX_OUTPUT_TOKENS * money.price.output,
  )
}

/**
 * What a call did cost, in USD, by what the model says it used. A call without usage counts at its
 * worst case.
 */
export function settledCost(usage: Usage | null, reservedUsd: number, money: AskMoney): number {
  if (!money.price) return money.unknownCallUsd
  if (!usage) return reservedUsd
  const cached = Math.min(usage.cachedInputTokens, usage.inputTokens)
  return usd(
    (usage.inputTokens - cached) * money.price.input +
      cached * money.price.cached_input +
      usage.outputTokens * money.price.output,
  )
}

/** Millionths of a token price to USD, rounded up to the six decimals that are stored. */
const usd = (millionths: number): number =>
  Math.ceil(Number(millionths.toPrecision(12))) / 1_000_000

const own = <V>(record: Readonly<Record<string, V>>, key: string): V | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined

/** Spent so far, reservations that are not settled included, in USD. */
export interface Spent {
  readonly run: number
  readonly issue: number
  readonly repositoryDay: number
}

/** Null if `cost` fits within every budget; else which budget it does not fit, for people. */
export function overBudget(cost: number, spent: Spent, money: AskMoney): string | null {
  const budgets = [
    { name: 'run', spent: spent.run, cap: money.runUsd },
    { name: 'issue', spent: spent.issue, cap: money.issueUsd },
    { name: 'repository today', spent: spent.repositoryDay, cap: money.repositoryDayUsd },
  ]
  const over = budgets.find((budget) => budget.spent + cost > budget.cap + 1e-9)
  return over
    ? `Asking may cost $${dollars(cost)}; the ${over.name} has spent $${dollars(over.spent)} of $${dollars(over.cap)}.`
    : null
}

const dollars = (amount: number): string =>
  amount.toFixed(amount !== 0 && Math.abs(amount) < 0.1 ? 4 : 2)
