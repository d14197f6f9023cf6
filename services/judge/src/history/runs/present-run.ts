import type { Kysely, Selectable } from 'kysely'
import { readUptake } from '../../adapters/postgres/rows.ts'
import type { DB, Runs } from '../../adapters/postgres/types.generated.ts'
import type { RunView } from '../http/run-schemas.ts'

/** The columns of a presented run: all but the large ones. */
export const presentedColumns = [
  'runs.id',
  'runs.repository',
  'runs.issue_number',
  'runs.branch',
  'runs.base',
  'runs.attempt',
  'runs.parent_run_id',
  'runs.thread_id',
  'runs.turn_id',
  'runs.session_id',
  'runs.workflow_name',
  'runs.workflow_namespace',
  'runs.workflow_uid',
  'runs.stage',
  'runs.phase',
  'runs.status',
  'runs.reason',
  'runs.reason_text',
  'runs.commit_sha',
  'runs.reported_commit',
  'runs.pr_number',
  'runs.reported_pr_number',
  'runs.pr_url',
  'runs.ci_status',
  'runs.ci_url',
  'runs.ci_concluded_at',
  'runs.review_status',
  'runs.prompt',
  'runs.next_prompt',
  'runs.decision',
  'runs.confidence',
  'runs.started_at',
  'runs.finished_at',
  'runs.created_at',
  'runs.updated_at',
  'runs.deadline_at',
  'runs.cost_usd',
  'runs.agent_usage',
  'runs.prompt_version',
  'runs.attempts_used',
  'runs.cause_reason',
  'runs.uptake',
] as const

type RunColumnName<Name extends string> = Name extends `runs.${infer Column}` ? Column : never
export type PresentedRunRow = Pick<
  Selectable<Runs>,
  RunColumnName<(typeof presentedColumns)[number]> & keyof Runs
>

export const formatTime = (at: Date): string => at.toISOString()
export const formatTimeOrNull = (at: Date | null): string | null => at?.toISOString() ?? null

/**
 * A run as the API shows it. Commit and pull request come from GitHub; until they are read, they
 * are those that the run reported.
 */
export function presentRun(row: PresentedRunRow): RunView {
  const isUnread = ['notified', 'run_complete'].includes(row.status)
  return {
    id: row.id,
    repository: row.repository,
    issueNumber: row.issue_number,
    branch: row.branch,
    base: row.base,
    attempt: row.attempt,
    parentRunId: row.parent_run_id,
    threadId: row.thread_id,
    turnId: row.turn_id,
    sessionId: row.session_id,
    workflowName: row.workflow_name,
    workflowNamespace: row.workflow_namespace,
    workflowUid: row.workflow_uid,
    stage: row.stage,
    phase: row.phase,
    status: row.status,
    reason: row.reason,
    reasonText: row.reason_text,
    commitSha: row.commit_sha ?? (isUnread ? row.reported_commit : null),
    prNumber: row.pr_number ?? (isUnread ? row.reported_pr_number : null),
    prUrl: row.pr_url,
    ciStatus: row.ci_status,
    ciUrl: row.ci_url,
    ciConcludedAt: formatTimeOrNull(row.ci_concluded_at),
    reviewStatus: row.review_status,
    prompt: row.prompt,
    nextPrompt: row.next_prompt,
    decision: row.decision,
    confidence: row.confidence,
    startedAt: formatTimeOrNull(row.started_at),
    finishedAt: formatTimeOrNull(row.finished_at),
    createdAt: formatTime(row.created_at),
    updatedAt: formatTime(row.updated_at),
    deadlineAt: formatTimeOrNull(row.deadline_at),
    costUsd: row.cost_usd,
    agentUsage: row.agent_usage,
    promptVersion: row.prompt_version,
    attemptsUsed: row.attempts_used,
    causeReason: row.cause_reason,
    uptake: readUptake(row).map((item) => ({ ...item, evidence: [...item.evidence] })),
  }
}

/** The run with this UUID as it is now, or null. */
export async function findRun(db: Kysely<DB>, id: string): Promise<RunView | null> {
  const row = await db
    .selectFrom('runs')
    .select(presentedColumns)
    .where('id', '=', id)
    .executeTakeFirst()
  return row === undefined ? null : presentRun(row)
}
