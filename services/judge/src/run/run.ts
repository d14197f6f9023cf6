import type { Instant } from '../lib/instant.ts'
import type { Status } from './lifecycle.ts'
import type { Reason } from './reasons.ts'

export type RunId = string & { readonly __run: true }
export type CommitSha = string & { readonly __sha: true }

export const runId = (text: string): RunId => text as RunId
/**
 * A full commit id: 40 (SHA-1) or 64 (SHA-256) hex digits. Null for anything shorter: an
 * abbreviation names no commit for sure.
 */
export const commitSha = (text: string | null | undefined): CommitSha | null =>
  text && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(text) ? (text.toLowerCase() as CommitSha) : null

export type CiStatus = 'pending' | 'success' | 'failure'
export type ReviewStatus = 'pending' | 'approved' | 'changes_requested' | 'commented'
export type RunDecision = 'pass' | 'needs_iteration' | 'needs_human'

/** Tokens the agent itself used, summed over its turns. */
export interface AgentUsage {
  readonly inputTokens: number
  readonly cachedInputTokens: number
  readonly outputTokens: number
  readonly reasoningOutputTokens: number
}

/** An artifact a message named: where the bytes are said to be. Nothing here has been read yet. */
export interface ArtifactRef {
  readonly name: string
  readonly bucket: string | null
  readonly key: string
}

/** What waits, since when, until when, and what would change the answer. */
export interface WaitingFor {
  readonly what: string
  readonly since: Instant
  readonly deadline: Instant
  readonly wouldChange: readonly Signal[]
}

/**
 * The signals a wait can name, and a recorded event can carry. A nudge of another name cannot
 * overrule a decision in the making.
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

/** What the run said about itself, merged from every message, best source first. */
export interface RunClaims {
  readonly repository: string | null
  readonly issueNumber: number | null
  readonly branch: string | null
  readonly base: string | null
  readonly stage: string
  readonly workflowName: string | null
  readonly workflowNamespace: string | null
  readonly workflowUid: string | null
  /** Argo's phase, as it was sent: `Succeeded`, `Failed`, `Error`; null before the completion. */
  readonly phase: string | null
  readonly phaseMessage: string | null
  readonly prompt: string | null
  readonly issueTitle: string | null
  readonly issueBody: string | null
  readonly issueUrl: string | null
  readonly sender: string | null
  /** The commit the run says it made: full or abbreviated, not checked. */
  readonly reportedCommit: string | null
  readonly reportedPrNumber: number | null
  readonly threadId: string | null
  readonly turnId: string | null
  readonly sessionId: string | null
  /** The delivery id of the task that started the run, where it came from a dispatch. */
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

/**
 * A run as stored: what it claimed, where it stands, and what has been decided. Times are
 * Postgres's.
 */
export interface Run {
  readonly id: RunId
  readonly claims: RunClaims
  /** Its place in its issue's line, from 1. */
  readonly attempt: number
  readonly parentRunId: RunId | null
  readonly status: Status
  readonly reason: Reason | null
  readonly causeReason: Reason | null
  readonly reasonText: string | null
  /** The commit under judgement: the pull request's head as last read. */
  readonly commitSha: CommitSha | null
  readonly prNumber: number | null
  readonly waitingFor: readonly WaitingFor[]
  readonly createdAt: Instant
  /** When the completion was recorded; null while only notified. */
  readonly completedAt: Instant | null
  /** When it entered its present status. */
  readonly statusSince: Instant
  readonly version: number
  readonly nudges: number
}

/**
 * One run of an issue as the others see it: what attempts, back-off and no-progress are computed
 * from.
 */
export interface Attempt {
  readonly runId: RunId
  readonly attempt: number
  readonly status: Status
  readonly reason: Reason | null
  readonly causeReason: Reason | null
  readonly startedAt: Instant | null
  readonly finishedAt: Instant | null
  readonly createdAt: Instant
  /** What failed, as a digest that is equal for equal failures; null where nothing was decided. */
  readonly failureFingerprint: string | null
  readonly diffDigest: string | null
}

/**
 * `owner/name#n`; half of it names nothing, so a run that lacks either part is `unknown#?`, the one
 * word people search for.
 */
export const issueLabel = (repository: string | null, issueNumber: number | null): string =>
  repository === null || issueNumber === null ? 'unknown#?' : `${repository}#${issueNumber}`
