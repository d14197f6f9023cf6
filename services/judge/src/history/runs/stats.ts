import type { StatsView } from '../http/schemas.ts'
import type { ShownRow } from './present-run.ts'

const secondsBetween = (from: Date | null, to: Date | null): number | null =>
  from !== null && to !== null && to >= from ? (to.getTime() - from.getTime()) / 1000 : null

const mean = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length
}

/**
 * How runs went. CI is timed from the end of the workflow to the last check's; a rate or mean of
 * nothing is null, for 0 would be a statement.
 */
export function statsOf(rows: readonly ShownRow[]): StatsView {
  const of = (status: string) => rows.filter((row) => row.status === status).length
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
    completed: of('completed'),
    needsIteration: of('needs_iteration'),
    needsHuman: of('needs_human'),
    completionRate: rows.length === 0 ? null : of('completed') / rows.length,
    avgAttemptsPerIssue: issues === 0 ? null : rows.length / issues,
    failureReasonCounts,
    avgCiDurationSeconds: mean(
      rows.map((row) => secondsBetween(row.finished_at, row.ci_concluded_at)),
    ),
    avgJudgeConfidence: mean(rows.map(({ confidence }) => confidence)),
  }
}
