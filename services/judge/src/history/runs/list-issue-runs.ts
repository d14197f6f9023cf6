import type { Kysely } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { StatsView } from '../http/list-schemas.ts'
import type { ArtifactView, EvaluationView, RunView } from '../http/run-schemas.ts'
import { computeStats } from './compute-stats.ts'
import { presentArtifact, presentEvaluation } from './present-details.ts'
import { presentRuns, type RunReader } from './present-run.ts'
import { presentedColumns } from './run-columns.ts'

/** Statistics count at most this many runs, which is more than any issue has. */
const MAX_STATS_RUNS = 1_000

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
 * Lists the runs of an issue, oldest attempt first, each with its artifacts and the verdict of its
 * decision; only those of one branch unless `branch` is null.
 */
export async function listIssueRuns(
  { db, display }: RunReader,
  issue: {
    readonly repository: string
    readonly issueNumber: number
    readonly branch: string | null
  },
  limit: number,
): Promise<IssueRuns> {
  const rows = await db
    .selectFrom('runs')
    .select(presentedColumns)
    .where('repository_key', '=', issue.repository.toLowerCase())
    .where('issue_number', '=', issue.issueNumber)
    .$if(issue.branch !== null, (query) => query.where('branch', '=', issue.branch))
    .orderBy('attempt')
    .orderBy('created_at')
    .orderBy('id')
    .limit(MAX_STATS_RUNS)
    .execute()
  const page = rows.slice(0, limit)
  const [runs, artifacts, evaluations] = await Promise.all([
    presentRuns({ db, display }, page),
    loadArtifacts(db, page),
    loadEvaluations(db, page),
  ])
  return {
    ok: true,
    runs: runs.map((run) => ({
      run,
      artifacts: artifacts.get(run.id) ?? [],
      evaluation: evaluations.get(run.id) ?? null,
    })),
    stats: computeStats(rows),
  }
}

/** The artifacts of each run, by run id. */
export async function loadArtifacts(
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
  const byRun = Map.groupBy(rows, (row) => row.run_id)
  return new Map([...byRun].map(([runId, artifacts]) => [runId, artifacts.map(presentArtifact)]))
}

/** The verdict that decided each run: the last valid one of its commit that was not discounted. */
async function loadEvaluations(
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
  return new Map(rows.map((row) => [row.run_id, presentEvaluation(row)]))
}
