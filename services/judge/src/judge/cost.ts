import type { Policy } from '../policy/policy.ts'

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
export interface AskBudget {
  readonly price: Price | null
  /** The cost that a call of a model without a listed price counts as, in USD. */
  readonly unknownCallUsd: number
  readonly runUsd: number
  readonly issueUsd: number
  readonly repositoryDayUsd: number
}

/** The budget for asking `model` about an issue; of several labels with a budget, the largest. */
export function selectAskBudget(
  model: string,
  labels: readonly string[],
  policy: Pick<Policy, 'budget' | 'judge'>,
): AskBudget {
  const { budget, judge } = policy
  const labelled = labels.flatMap((label) => getOwn(budget.labels, label) ?? [])
  return {
    price: getOwn(judge.prices, model) ?? null,
    unknownCallUsd: budget.unknown_call_usd,
    runUsd: budget.run_usd,
    issueUsd: labelled.length > 0 ? Math.max(...labelled) : budget.issue_usd,
    repositoryDayUsd: budget.repository_day_usd,
  }
}

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
  if (!usage) return reservedUsd
  const cached = Math.min(usage.cachedInputTokens, usage.inputTokens)
  return toUsd(
    (usage.inputTokens - cached) * money.price.input +
      cached * money.price.cached_input +
      usage.outputTokens * money.price.output,
  )
}

/** Tokens times USD per million tokens, as USD rounded up to the six decimals that are stored. */
const toUsd = (millionths: number): number =>
  Math.ceil(Number(millionths.toPrecision(12))) / 1_000_000

const getOwn = <V>(record: Readonly<Record<string, V>>, key: string): V | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined

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

const formatUsd = (amount: number): string =>
  `$${amount.toFixed(amount !== 0 && Math.abs(amount) < 0.1 ? 4 : 2)}`
