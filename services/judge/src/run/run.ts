import type { Instant } from '../lib/instant.ts'
import type { AttemptRecord } from './attempt-record.ts'
import type { Status } from './lifecycle.ts'
import type { Reason } from './reasons.ts'

export type RunId = string & { readonly __run: true }
export type CommitSha = string & { readonly __sha: true }

export const toRunId = (text: string): RunId => text as RunId
/**
 * A full commit id: 40 (SHA-1) or 64 (SHA-256) hex digits. Null for anything shorter, since an
 * abbreviation can be ambiguous.
 */
export const parseCommitSha = (text: string | null | undefined): CommitSha | null =>
  text && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(text) ? (text.toLowerCase() as CommitSha) : null

export type CiStatus = 'pending' | 'success' | 'failure'
export type ReviewStatus = 'pending' | 'approved' | 'changes_requested' | 'commented'
export type RunDecision = 'pass' | 'needs_iteration' | 'needs_human'

/** Tokens that the agent used, summed over its turns. */
export interface AgentUsage {
  readonly inputTokens: number
  readonly cachedInputTokens: number
  readonly outputTokens: number
  readonly reasoningOutputTokens: number
}

/** What the agent's server reported for a thread: its turns so far, those of earlier runs included. */
export interface ThreadUsage {
  /** Null: the stream does not name its thread. */
  readonly threadId: string | null
  readonly usage: AgentUsage
}

/** An artifact that a message names; it has not been read yet. */
export interface ArtifactRef {
  readonly name: string
  readonly bucket: string | null
  readonly key: string
}

/** What a run can wait for. */
export type WaitKind =
  | 'completion'
  | 'pull_request'
  | 'commit'
  | 'mergeability'
  | 'ci'
  | 'review'
  | 'github'
  | 'artifacts'
  | 'policy'
  | 'issue'
  | 'judge'
  | 'citations'
  | 'code'

/**
 * One thing a run waits for: since when, until when, and the signals that would change the answer.
 * Stored as JSON: property names never change.
 */
export interface Wait {
  readonly what: WaitKind
  readonly since: Instant
  readonly deadline: Instant
  readonly wouldChange: readonly Signal[]
  readonly because: string
  /** What exactly is waited for, as far as it is known: checks, suites, threads, reviewers. */
  readonly items: readonly WaitItem[]
}

/** A wait without its explanation, which the rule that demands it states once for all. */
export type WaitTerms = Omit<Wait, 'because'>

/** One thing that is waited for, as people read it, and where they find it. */
export interface WaitItem {
  readonly text: string
  readonly url: string | null
}

/**
 * The signals that a wait names and that a recorded event carries. An event without a signal of the
 * wait does not invalidate a decision in progress.
 */
export const signals = [
  'head',
  'pull_request',
  'ci',
  'review',
  'issue',
  'completion',
  'artifacts',
  'verdict',
  'effect',
  'person',
  'policy',
] as const
export type Signal = (typeof signals)[number]

/** `Stop` lets exit handlers run, `Terminate` does not. */
export type ShutdownStrategy = 'Stop' | 'Terminate'

/** What messages report about a run, merged, best source first. */
export interface RunClaims {
  readonly repository: string | null
  readonly issueNumber: number | null
  readonly branch: string | null
  readonly base: string | null
  readonly stage: string
  readonly workflowName: string | null
  readonly workflowNamespace: string | null
  readonly workflowUid: string | null
  /** Argo's phase: `Succeeded`, `Failed` or `Error`; null before the completion. */
  readonly phase: string | null
  readonly phaseMessage: string | null
  /** How a person shut the workflow down in Argo; null if no one is known to have done so. */
  readonly shutdown: ShutdownStrategy | null
  readonly prompt: string | null
  readonly issueTitle: string | null
  readonly issueBody: string | null
  readonly issueUrl: string | null
  readonly sender: string | null
  /** The commit that the run reports: full or abbreviated, not checked. */
  readonly reportedCommit: string | null
  readonly reportedPrNumber: number | null
  readonly threadId: string | null
  readonly turnId: string | null
  readonly sessionId: string | null
  /** The delivery id of the task that started the run; null without a dispatch. */
  readonly deliveryId: string | null
  readonly iterations: Iterations | null
  readonly iterationCycle: number | null
  readonly autonomous: boolean | null
  readonly startedAt: Instant | null
  readonly finishedAt: Instant | null
  readonly artifacts: readonly ArtifactRef[]
}

export interface Iterations {
  readonly mode: string
  readonly count: number | null
  readonly min: number | null
  readonly max: number | null
  readonly stopOn: readonly string[]
  readonly reason: string
}

/** A run as stored: its claims, its status, and its decision. Times are PostgreSQL's. */
export interface Run {
  readonly id: RunId
  readonly claims: RunClaims
  /** Its ordinal among the runs of its issue, from 1. */
  readonly attempt: number
  readonly parentRunId: RunId | null
  readonly status: Status
  readonly reason: Reason | null
  readonly causeReason: Reason | null
  readonly reasonText: string | null
  /** The commit to judge: the pull request's head as last read. */
  readonly commitSha: CommitSha | null
  readonly prNumber: number | null
  readonly waitingFor: readonly Wait[]
  readonly createdAt: Instant
  /** When the completion was recorded; null while only notified. */
  readonly completedAt: Instant | null
  /** Argo has not answered yet about the reported completion: the run is not judged. */
  readonly unconfirmed: boolean
  /** When it entered its current status. */
  readonly statusSince: Instant
  readonly version: number
  readonly nudges: number
}

/** An earlier run of an issue, from which attempts, back-off and lack of progress are computed. */
export interface Attempt {
  readonly runId: RunId
  readonly attempt: number
  readonly status: Status
  readonly reason: Reason | null
  readonly causeReason: Reason | null
  readonly startedAt: Instant | null
  readonly finishedAt: Instant | null
  readonly createdAt: Instant
  /** A digest that is equal for equal failures; null if nothing was decided. */
  readonly failureFingerprint: string | null
  readonly diffDigest: string | null
  readonly commitSha: CommitSha | null
  readonly prUrl: string | null
  /** Null if nothing was decided, or by an older release, or too many attempts ago. */
  readonly record: AttemptRecord | null
}

/** `owner/name#n`, or `unknown#?` if either part is unknown. */
export const formatIssueLabel = (repository: string | null, issueNumber: number | null): string =>
  repository === null || issueNumber === null ? 'unknown#?' : `${repository}#${issueNumber}`

/**
 * Since when the run has waited for this without a break; `now` if it did not wait for it before.
 * What becomes unknown again later gets its full patience, and what stays unknown gets it only
 * once.
 */
export const getWaitingSince = (
  { waitingFor }: Pick<Run, 'waitingFor'>,
  what: WaitKind,
  now: Instant,
): Instant => waitingFor.find((wait) => wait.what === what)?.since ?? now
