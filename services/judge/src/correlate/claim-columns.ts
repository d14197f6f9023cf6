import { type RawBuilder, sql } from 'kysely'
import { encodeJsonb } from '../adapters/postgres/encode-jsonb.ts'
import { toIsoOrNull } from '../lib/instant.ts'
import type { RunClaims } from '../run/run.ts'

/** The columns of `runs` that hold what a run claims about itself. */
export function toClaimColumns(claims: RunClaims) {
  return {
    repository: claims.repository,
    issue_number: claims.issueNumber,
    branch: claims.branch,
    base: claims.base,
    stage: claims.stage,
    workflow_name: claims.workflowName,
    workflow_namespace: claims.workflowNamespace,
    workflow_uid: claims.workflowUid,
    phase: claims.phase,
    phase_message: claims.phaseMessage,
    shutdown: claims.shutdown,
    prompt: claims.prompt,
    issue_title: claims.issueTitle,
    issue_body: claims.issueBody,
    issue_url: claims.issueUrl,
    sender: claims.sender,
    reported_commit: claims.reportedCommit,
    reported_pr_number: claims.reportedPrNumber,
    thread_id: claims.threadId,
    turn_id: claims.turnId,
    session_id: claims.sessionId,
    delivery_id: claims.deliveryId,
    iterations: claims.iterations === null ? null : encodeJsonb(claims.iterations),
    iteration_cycle: claims.iterationCycle,
    autonomous: claims.autonomous,
    started_at: toIsoOrNull(claims.startedAt),
    finished_at: toIsoOrNull(claims.finishedAt),
    artifact_refs: encodeJsonb(claims.artifacts),
  }
}

/**
 * A start that lies after the message's arrival is its arrival: the clock of another machine must
 * not make a run newer than all that follow it.
 */
export const limitToArrival = (startedAt: RawBuilder<Date | null>): RawBuilder<Date | null> =>
  sql`case when ${startedAt} > now() then now() else ${startedAt} end`

/** The columns for a statement that writes one run. */
export function toStoredClaims(claims: RunClaims) {
  const { started_at, ...columns } = toClaimColumns(claims)
  return { ...columns, started_at: limitToArrival(sql`${started_at}::timestamptz`) }
}

/** The PostgreSQL types of those columns, for statements that read them from JSON. */
export const claimColumnTypes = {
  repository: 'text',
  issue_number: 'int',
  branch: 'text',
  base: 'text',
  stage: 'text',
  workflow_name: 'text',
  workflow_namespace: 'text',
  workflow_uid: 'text',
  phase: 'text',
  phase_message: 'text',
  shutdown: 'text',
  prompt: 'text',
  issue_title: 'text',
  issue_body: 'text',
  issue_url: 'text',
  sender: 'text',
  reported_commit: 'text',
  reported_pr_number: 'int',
  thread_id: 'text',
  turn_id: 'text',
  session_id: 'text',
  delivery_id: 'text',
  iterations: 'jsonb',
  iteration_cycle: 'int',
  autonomous: 'boolean',
  started_at: 'timestamptz',
  finished_at: 'timestamptz',
  artifact_refs: 'jsonb',
} as const satisfies Record<keyof ReturnType<typeof toClaimColumns>, string>
