import type { Kysely, Selectable } from 'kysely'
import type { DB, Runs } from '../../adapters/postgres/types.generated.ts'
import type { RunView } from '../http/schemas.ts'

/** The columns a shown run is made of: all but the heavy ones. */
export const runColumns = [
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
] as const

type ColumnOf<Name extends string> = Name extends `runs.${infer Column}` ? Column : never
export type ShownRow = Pick<Selectable<Runs>, ColumnOf<(typeof runColumns)[number]> & keyof Runs>

export const time = (at: Date): string => at.toISOString()
export const timeOrNull = (at: Date | null): string | null => at?.toISOString() ?? null

/**
 * A run as the API shows it. The commit and the pull request are those we read from GitHub; while
 * the run is open and nothing was read yet, they are what the run said about itself.
 */
export function showRun(row: ShownRow): RunView {
  const unread = ['notified', 'run_complete'].includes(row.status)
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
    commitSha: row.commit_sha ?? (unread ? row.reported_commit : null),
    prNumber: row.pr_number ?? (unread ? row.reported_pr_number : null),
    prUrl: row.pr_url,
    ciStatus: row.ci_status,
    ciUrl: row.ci_url,
    ciConcludedAt: timeOrNull(row.ci_concluded_at),
    reviewStatus: row.review_status,
    prompt: row.prompt,
    nextPrompt: row.next_prompt,
    decision: row.decision,
    confidence: row.confidence,
    startedAt: timeOrNull(row.started_at),
    finishedAt: timeOrNull(row.finished_at),
    createdAt: time(row.created_at),
    updatedAt: time(row.updated_at),
    deadlineAt: timeOrNull(row.deadline_at),
    costUsd: row.cost_usd,
    agentUsage: row.agent_usage,
    promptVersion: row.prompt_version,
    attemptsUsed: row.attempts_used,
    causeReason: row.cause_reason,
  }
}

/** The run as it is now, or null where there is none of that id, which must be a UUID. */
export async function runById(db: Kysely<DB>, id: string): Promise<RunView | null> {
  const row = await db.selectFrom('runs').select(runColumns).where('id', '=', id).executeTakeFirst()
  return row === undefined ? null : showRun(row)
}
