import { formatUsd } from '../lib/text.ts'
import type { Policy } from '../policy/policy.ts'

/** The money of one issue, in USD. */
export interface IssueMoney {
  /** What the run has spent, open reservations and its agent included. */
  readonly runSpentUsd: number
  /** The same of all runs of the issue. */
  readonly spentUsd: number
  /** What people added to the budget of the issue. */
  readonly grantedUsd: number
  /** What labels of the issue raise its budget to; null: nothing. */
  readonly raisedUsd: number | null
}

export const noMoney: IssueMoney = {
  runSpentUsd: 0,
  spentUsd: 0,
  grantedUsd: 0,
  raisedUsd: null,
}

/** The most that may be spent, in USD. */
export interface Caps {
  readonly runUsd: number
  readonly issueUsd: number
  readonly repositoryDayUsd: number
}

/**
 * Labels and people raise what a run and its issue may spend. Nothing raises the budget of the
 * repository for a day, so that both end at what is left today.
 */
export function computeCaps({ grantedUsd, raisedUsd }: IssueMoney, budget: Policy['budget']): Caps {
  const raise = (cap: number): number => Math.max(cap, raisedUsd ?? 0) + grantedUsd
  return {
    runUsd: raise(budget.run_usd),
    issueUsd: raise(budget.issue_usd),
    repositoryDayUsd: budget.repository_day_usd,
  }
}

/** The labels of an issue that would raise its budget. */
export const listRaisingLabels = (
  labels: readonly string[],
  budget: Policy['budget'],
): readonly string[] =>
  labels.filter((label) => getAmount(label, budget) > Math.min(budget.run_usd, budget.issue_usd))

/** The largest amount among labels; null: none of them has one. */
export const selectRaise = (labels: readonly string[], budget: Policy['budget']): number | null =>
  labels.length === 0 ? null : Math.max(...labels.map((label) => getAmount(label, budget)))

const getAmount = (label: string, { labels }: Policy['budget']): number =>
  Object.hasOwn(labels, label) ? (labels[label] ?? 0) : 0

/** Sums of money are stored with six decimals. */
const EPSILON_USD = 1e-9

/**
 * Why the issue cannot pay for another attempt, as a sentence; null if it can. `leastUsd` is what
 * judging the attempt costs at least.
 */
export function explainSpentBudget(
  money: IssueMoney,
  { budget, leastUsd }: { readonly budget: Policy['budget']; readonly leastUsd: number },
): string | null {
  const left = computeCaps(money, budget).issueUsd - money.spentUsd
  if (left > EPSILON_USD && left >= leastUsd - EPSILON_USD) return null
  const spent = `The issue has spent ${formatUsd(money.spentUsd)} of ${formatUsd(left + money.spentUsd)}`
  return left <= EPSILON_USD
    ? `${spent}, so no further attempt is started.`
    : `${spent}. Judging another attempt costs at least ${formatUsd(leastUsd)}, so none is started.`
}

/**
 * How much a person adds to the budget who grants attempts: what one run may spend for each of
 * them, on top of what is overspent.
 */
export function computeGrant(
  money: IssueMoney,
  { budget, attempts }: { readonly budget: Policy['budget']; readonly attempts: number },
): number {
  const caps = computeCaps(money, budget)
  const overspent = Math.max(0, money.spentUsd - caps.issueUsd, money.runSpentUsd - caps.runUsd)
  return Number((attempts * budget.run_usd + overspent).toFixed(6))
}
