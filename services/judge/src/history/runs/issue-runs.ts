import type { Kysely } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { ArtifactView, EvaluationView, RunView, StatsView } from '../http/schemas.ts'
import { showArtifact, showEvaluation } from './present-details.ts'
import { runColumns, type ShownRow, showRun } from './present-run.ts'
import { statsOf } from './stats.ts'

/** More runs than any issue has; what statistics are made of at most. */
const countedAtMost = 1_000

export interface IssueRuns {
  readonly ok: true
  readonly runs: readonly {
    readonly run: RunView
    readonly artifacts: readonly ArtifactView[]
    readonly evaluation: EvaluationView | null
  }[]
  readonly stats: StatsView
}

/**
 * The runs of one issue (on one branch, where it is named), oldest attempt first, with what each
 * was judged by.
 */
export async function runsOfIssue(
  db: Kysely<DB>,
  of: { readonly repository: string; readonly issueNumber: number; readonly branch: string | null },
  limit: number,
): Promise<IssueRuns> {
  const rows: readonly ShownRow[] = await db
    .selectFrom('runs')
    .select(runColumns)
    .where('repository_key', '=', of.repository.toLowerCase())
    .where('issue_number', '=', of.issueNumber)
    .$if(of.branch !== null, (query) => query.where('branch', '=', of.branch))
    .orderBy('attempt')
    .orderBy('created_at')
    .orderBy('id')
    .limit(countedAtMost)
    .execute()
  const shown = rows.slice(0, limit)
  const [artifacts, evaluations] = await Promise.all([
    artifactsOf(db, shown),
    evaluationsOf(db, shown),
  ])
  return {
    ok: true,
    runs: shown.map((row) => ({
      run: showRun(row),
      artifacts: artifacts.get(row.id) ?? [],
      evaluation: evaluations.get(row.id) ?? null,
    })),
    stats: statsOf(rows),
  }
}

export async function artifactsOf(
  db: Kysely<DB>,
  runs: readonly { readonly id: string }[],
): Promise<ReadonlyMap<string, readonly ArtifactView[]>> {
  if (runs.length === 0) return new Map()
  const ids = runs.map(({ id }) => id)
  const rows = await db
    .selectFrom('artifacts')
    .selectAll()
    .where('run_id', 'in', ids)
    .orderBy('name')
    .execute()
  const ofRun = Map.groupBy(rows, (row) => row.run_id)
  return new Map([...ofRun].map(([runId, those]) => [runId, those.map(showArtifact)]))
}

/**
 * The verdict each run was decided by: the last valid one of its commit that nobody has set aside.
 */
async function evaluationsOf(
  db: Kysely<DB>,
  runs: readonly { readonly id: string }[],
): Promise<ReadonlyMap<string, EvaluationView>> {
  if (runs.length === 0) return new Map()
  const rows = await db
    .selectFrom('verdicts')
    .innerJoin('runs', (join) =>
      join
        .onRef('runs.id', '=', 'verdicts.run_id')
        .onRef('runs.commit_sha', '=', 'verdicts.commit_sha'),
    )
    .distinctOn('verdicts.run_id')
    .select([
      'verdicts.run_id',
      'verdicts.answer',
      'verdicts.model',
      'verdicts.prompt_version',
      'verdicts.commit_sha',
      'verdicts.at',
    ])
    .where(
      'verdicts.run_id',
      'in',
      runs.map(({ id }) => id),
    )
    .where('verdicts.result', '=', 'valid')
    .where('verdicts.discounted_at', 'is', null)
    .orderBy('verdicts.run_id')
    .orderBy('verdicts.at', 'desc')
    .execute()
  return new Map(rows.map((row) => [row.run_id, showEvaluation(row)]))
}
