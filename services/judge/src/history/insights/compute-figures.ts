import type { InsightView } from '../http/insight-schemas.ts'
import { buildFilter, type FilterScope } from './build-filter.ts'
import type { InsightData } from './compute-insights.ts'
import type { DecidedRun } from './read-insights.ts'

export const median = (values: readonly number[]): number | null => findQuantile(values, 0.5)

/** The value that this part of the values do not exceed; null of none. */
export function findQuantile(values: readonly number[], part: number): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? null
}

const divide = (amount: number, by: number): number | null => (by === 0 ? null : amount / by)
const round = (value: number | null, digits = 2): number | null =>
  value === null ? null : Number(value.toFixed(digits))

interface Outcome {
  readonly completed: number
  readonly firstAttempt: number
  readonly attempts: number
  readonly costUsd: number
  readonly decisionSeconds: readonly number[]
}

/** What a period's runs amount to. An issue is completed by the last run that completed it. */
function summarize(runs: readonly DecidedRun[]): Outcome {
  const completed = new Map<string, number>()
  for (const run of runs) {
    if (run.status !== 'completed') continue
    const issue = `${run.repository_key}#${run.issue_number ?? run.id}`
    completed.set(issue, Math.max(run.attempt, completed.get(issue) ?? 0))
  }
  const attempts = [...completed.values()]
  return {
    completed: attempts.length,
    firstAttempt: attempts.filter((attempt) => attempt === 1).length,
    attempts: attempts.reduce((sum, attempt) => sum + attempt, 0),
    costUsd: runs.reduce((sum, { cost_usd }) => sum + cost_usd, 0),
    decisionSeconds: runs.flatMap(({ finished_at, decided_at }) =>
      finished_at !== null && decided_at >= finished_at
        ? [(decided_at.getTime() - finished_at.getTime()) / 1000]
        : [],
    ),
  }
}

/** The figures of a period, each beside that of the period before. */
export function computeFigures(
  { decided, decidedBefore, answers, answersBefore }: InsightData,
  scope: FilterScope,
): InsightView['figures'] {
  const now = summarize(decided)
  const before = summarize(decidedBefore)
  const completed = buildFilter(scope, { status: 'completed' })
  const all = buildFilter(scope, {})
  const nothing = { p95: null }
  return [
    {
      ...nothing,
      name: 'issuesCompleted',
      value: now.completed,
      before: decidedBefore.length === 0 ? null : before.completed,
      count: now.completed,
      filter: completed,
    },
    {
      ...nothing,
      name: 'firstAttempt',
      value: round(divide(now.firstAttempt, now.completed), 4),
      before: round(divide(before.firstAttempt, before.completed), 4),
      count: now.completed,
      filter: completed,
    },
    {
      ...nothing,
      name: 'attemptsPerIssue',
      value: round(divide(now.attempts, now.completed)),
      before: round(divide(before.attempts, before.completed)),
      count: now.completed,
      filter: completed,
    },
    {
      name: 'decisionSeconds',
      value: round(median(now.decisionSeconds), 1),
      p95: round(findQuantile(now.decisionSeconds, 0.95), 1),
      before: round(median(before.decisionSeconds), 1),
      count: now.decisionSeconds.length,
      filter: all,
    },
    {
      ...nothing,
      name: 'costPerCompleted',
      value: round(divide(now.costUsd, now.completed), 4),
      before: round(divide(before.costUsd, before.completed), 4),
      count: now.completed,
      filter: all,
    },
    {
      name: 'answerSeconds',
      value: round(median(answers), 1),
      p95: round(findQuantile(answers, 0.95), 1),
      before: round(median(answersBefore), 1),
      count: answers.length,
      filter: buildFilter(scope, { reason: 'decided_by_person' }),
    },
  ]
}
