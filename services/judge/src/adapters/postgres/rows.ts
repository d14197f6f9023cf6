import type { Selectable } from 'kysely'
import type { Evidence } from '../../artifacts/evidence.ts'
import { toInstant, toInstantOrNull } from '../../lib/instant.ts'
import { parseJson } from '../../lib/json.ts'
import type { AttemptRecord, Uptake } from '../../run/attempt-record.ts'
import type { Enrichment, Provenance } from '../../run/event.ts'
import type { Status } from '../../run/lifecycle.ts'
import { isReason, type Reason } from '../../run/reasons.ts'
import {
  type AgentUsage,
  type ArtifactRef,
  type Attempt,
  type Iterations,
  parseCommitSha,
  type Run,
  type RunClaims,
  type RunId,
  type ShutdownStrategy,
  type ThreadUsage,
  toRunId,
  type Wait,
} from '../../run/run.ts'
import type { Json, Runs } from './types.generated.ts'

export type RunRow = Selectable<Runs>

/*
 * Converts rows to domain values. The casts are safe because the database CHECKs the closed sets
 * and only this service writes the jsonb columns.
 */

export const readStatus = (row: Pick<RunRow, 'status'>): Status => row.status as Status
export const readReason = (text: string | null): Reason | null =>
  text !== null && isReason(text) ? text : null

export function readClaims(row: RunRow): RunClaims {
  return {
    repository: row.repository,
    issueNumber: row.issue_number,
    branch: row.branch,
    base: row.base,
    stage: row.stage,
    workflowName: row.workflow_name,
    workflowNamespace: row.workflow_namespace,
    workflowUid: row.workflow_uid,
    phase: row.phase,
    phaseMessage: row.phase_message,
    shutdown: row.shutdown as ShutdownStrategy | null,
    prompt: row.prompt,
    issueTitle: row.issue_title,
    issueBody: row.issue_body,
    issueUrl: row.issue_url,
    sender: row.sender,
    reportedCommit: row.reported_commit,
    reportedPrNumber: row.reported_pr_number,
    threadId: row.thread_id,
    turnId: row.turn_id,
    sessionId: row.session_id,
    deliveryId: row.delivery_id,
    iterations: row.iterations as Iterations | null,
    iterationCycle: row.iteration_cycle,
    autonomous: row.autonomous,
    startedAt: toInstantOrNull(row.started_at),
    finishedAt: toInstantOrNull(row.finished_at),
    artifacts: row.artifact_refs as unknown as readonly ArtifactRef[],
  }
}

export function readRun(row: RunRow): Run {
  return {
    id: toRunId(row.id),
    claims: readClaims(row),
    attempt: row.attempt,
    parentRunId: row.parent_run_id === null ? null : toRunId(row.parent_run_id),
    status: readStatus(row),
    reason: readReason(row.reason),
    causeReason: readReason(row.cause_reason),
    reasonText: row.reason_text,
    commitSha: parseCommitSha(row.commit_sha),
    prNumber: row.pr_number,
    waitingFor: readWaits(row),
    createdAt: toInstant(row.created_at),
    completedAt: toInstantOrNull(row.completed_at),
    unconfirmed: row.unconfirmed,
    statusSince: toInstant(row.status_since),
    version: row.version,
    nudges: row.nudges,
  }
}

/** Rows of earlier releases have waits without an explanation and items. */
export const readWaits = (row: Pick<RunRow, 'waiting_for'>): readonly Wait[] =>
  (row.waiting_for as unknown as readonly (Omit<Wait, 'because' | 'items'> & Partial<Wait>)[]).map(
    (wait) => ({ ...wait, because: wait.because ?? '', items: wait.items ?? [] }),
  )

export const readEnrichment = (row: RunRow): Enrichment | null => {
  const value = row.enrichment as unknown as Enrichment | Record<string, never>
  // An older release stored no usage.
  if (!('excerpts' in value)) return null
  const stored = value as Enrichment
  return { ...stored, usage: stored.usage ?? null }
}
/** Evidence of older releases has no list of commands. */
export function readEvidence(row: RunRow): Evidence | null {
  const stored = row.evidence as unknown as Evidence | null
  if (stored === null || stored.stream === null) return stored
  const commands = (stored.stream as Partial<typeof stored.stream>).commands ?? null
  return { ...stored, stream: { ...stored.stream, commands } }
}
export const readUnreadableSince = (row: RunRow) =>
  row.unreadable_since as Readonly<Record<string, number>>
export const readProvenance = (row: RunRow): Provenance => row.provenance as Provenance

export type AttemptRow = Pick<
  RunRow,
  | 'id'
  | 'attempt'
  | 'status'
  | 'reason'
  | 'cause_reason'
  | 'started_at'
  | 'finished_at'
  | 'created_at'
  | 'failure_fingerprint'
  | 'diff_digest'
  | 'commit_sha'
  | 'pr_url'
  | 'attempt_record'
>

export const readAttempt = (row: AttemptRow): Attempt => ({
  runId: row.id as RunId,
  attempt: row.attempt,
  status: row.status as Status,
  reason: readReason(row.reason),
  causeReason: readReason(row.cause_reason),
  startedAt: toInstantOrNull(row.started_at),
  finishedAt: toInstantOrNull(row.finished_at),
  createdAt: toInstant(row.created_at),
  failureFingerprint: row.failure_fingerprint,
  diffDigest: row.diff_digest,
  commitSha: parseCommitSha(row.commit_sha),
  prUrl: row.pr_url,
  record: readAttemptRecord(row),
})

/** Records of older releases have no instructions and no summary. */
function readAttemptRecord({
  attempt_record,
}: Pick<RunRow, 'attempt_record'>): AttemptRecord | null {
  if (attempt_record === null) return null
  const stored = attempt_record as unknown as Partial<AttemptRecord> & AttemptRecord
  return { ...stored, instructions: stored.instructions ?? [], summary: stored.summary ?? null }
}

/** What became of the instructions that the run was given. */
export const readUptake = (row: Pick<RunRow, 'uptake'>): readonly Uptake[] =>
  (row.uptake ?? []) as unknown as readonly Uptake[]

/**
 * What the run's agent reported for its threads. An older release stored only the sum, for the
 * thread of the run.
 */
export function readThreads(
  row: Pick<RunRow, 'thread_id' | 'agent_usage' | 'agent_threads'>,
): readonly ThreadUsage[] {
  if (row.agent_threads !== null) return row.agent_threads as unknown as readonly ThreadUsage[]
  const usage = row.agent_usage as unknown as AgentUsage | null
  return usage === null ? [] : [{ threadId: row.thread_id, usage }]
}

/** The value as it will be read from jsonb: without what JSON cannot represent. */
export const toJson = (value: unknown): { [key: string]: Json } =>
  parseJson(JSON.stringify(value)) as { [key: string]: Json }
