import type { StatsView } from '../http/list-schemas.ts'
import type { PresentedRunRow } from './run-columns.ts'

/** What statistics need of a run. */
export type CountedRun = Pick<
  PresentedRunRow,
  | 'repository'
  | 'issue_number'
  | 'status'
  | 'reason'
  | 'confidence'
  | 'ci_awaited_at'
  | 'ci_concluded_at'
>

const measureSeconds = (from: Date | null, to: Date | null): number | null =>
  from !== null && to !== null && to >= from ? (to.getTime() - from.getTime()) / 1000 : null

const averageKnown = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length
}

/**
 * Statistics over runs. CI is timed from when it was first waited for to the end of the last check. A
 * rate or an average of nothing is null, because 0 would be a claim.
 */
export function computeStats(rows: readonly CountedRun[]): StatsView {
  const countWith = (status: string) => rows.filter((row) => row.status === status).length
  const issues = new Set(rows.map((row) => `${row.repository?.toLowerCase()}#${row.issue_number}`))
    .size
  const failures = rows.filter(
    ({ status }) => status === 'needs_iteration' || status === 'needs_human',
  )
  const failureReasonCounts: Record<string, number> = {}
  for (const { reason } of failures) {
    if (reason !== null) failureReasonCounts[reason] = (failureReasonCounts[reason] ?? 0) + 1
  }
  return {
    total: rows.length,
    completed: countWith('completed'),
    needsIteration: countWith('needs_iteration'),
    needsHuman: countWith('needs_human'),
    completionRate: rows.length === 0 ? null : countWith('completed') / rows.length,
    avgAttemptsPerIssue: issues === 0 ? null : rows.length / issues,
    failureReasonCounts,
    avgCiDurationSeconds: averageKnown(
      rows.map((row) => measureSeconds(row.ci_awaited_at, row.ci_concluded_at)),
    ),
    avgJudgeConfidence: averageKnown(rows.map(({ confidence }) => confidence)),
  }
}
