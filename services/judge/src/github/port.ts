import type { Instant } from '../lib/instant.ts'
import type { CommitSha } from '../run/run.ts'
import type { Comment, Snapshot, Surroundings } from './snapshot.ts'

/*
 * What we ask of GitHub, as promises. Every method rejects with `Failure` only (`lib/failure.ts`):
 * `unavailable` (try later), `forbidden` (a person must act), `refused` (it will say no again).
 * Every list is complete or the call fails. Times are GitHub's; nothing here reads our clock except
 * to stamp `observedAt` through the clock it was given.
 */
export interface GithubReads {
  /**
   * The pull request of a run: the open one from `owner:branch` of the same repository; else
   * `prNumber` if its head branch matches; else the newest one closed or merged after `startedAt`.
   * Never one from a fork. Null: there is none.
   */
  findPullRequest(of: PullRequestQuery, signal: AbortSignal): Promise<number | null>
  /**
   * One page-complete, self-consistent reading; see `Snapshot`. `around` holds the issue and the
   * branch only where they are named.
   */
  snapshot(
    of: { repository: string; number: number; issueNumber?: number | null; branch?: string | null },
    signal: AbortSignal,
  ): Promise<Snapshot>
  /**
   * The repository's own policy file at its default branch, the issue, and where the branch points;
   * one request.
   */
  surroundings(
    of: { repository: string; issueNumber: number | null; branch: string | null },
    signal: AbortSignal,
  ): Promise<Surroundings>
  /** How a commit the run reported (it may be abbreviated) stands to the head. */
  relation(
    of: { repository: string; commit: string; head: CommitSha },
    signal: AbortSignal,
  ): Promise<CommitRelation>
  /**
   * The unified diff of `base...head` (from their merge base), as text, at most `maxBytes`; longer
   * rejects as `refused`.
   */
  diff(
    of: { repository: string; base: CommitSha; head: CommitSha; maxBytes: number },
    signal: AbortSignal,
  ): Promise<string>
  /** A text file at a commit, or null where there is none (or it is binary, or over 1 MiB). */
  file(
    of: { repository: string; commit: CommitSha; path: string },
    signal: AbortSignal,
  ): Promise<string | null>
  /**
   * The end of a failed job's log (at most `maxBytes`), or null where GitHub has none (any more).
   */
  jobLog(
    of: { repository: string; checkRunId: number; maxBytes: number },
    signal: AbortSignal,
  ): Promise<string | null>
  /** What remains of the hourly GraphQL budget, as the last answer said; null before the first. */
  budget(): { remaining: number; limit: number; resetsAt: Instant } | null
}

export interface PullRequestQuery {
  readonly repository: string
  readonly branch: string | null
  readonly prNumber: number | null
  readonly startedAt: Instant | null
}

export type CommitRelation = 'same' | 'ancestor' | 'not_ancestor' | 'unknown'

/** What we do to GitHub. Callers look before they repeat; each method says how that is done. */
export interface GithubWrites {
  /** Setting the same status twice is harmless. */
  setStatus(
    of: {
      repository: string
      commit: CommitSha
      context: string
      state: 'pending' | 'success' | 'failure' | 'error'
      description: string
      targetUrl: string
    },
    signal: AbortSignal,
  ): Promise<void>
  /** Comments of a pull request that hold `marker` (a hidden text of ours). */
  findComment(
    of: { repository: string; number: number; marker: string },
    signal: AbortSignal,
  ): Promise<Comment | null>
  /** Posts as the account that asks the reviewer (GITHUB_REVIEW_REQUEST_TOKEN). */
  comment(
    of: { repository: string; number: number; body: string },
    signal: AbortSignal,
  ): Promise<{ url: string }>
  /** The attempt number of an Actions run (1 = never re-run). */
  runAttempt(
    of: { repository: string; workflowRunId: number },
    signal: AbortSignal,
  ): Promise<number>
  /**
   * Asks Actions to run the failed jobs of a run again. Rejects as `refused` where GitHub will not.
   */
  rerunFailedJobs(
    of: { repository: string; workflowRunId: number },
    signal: AbortSignal,
  ): Promise<void>
  /** Asks another app to run its suite again. Rejects as `refused` where GitHub will not. */
  rerequestSuite(of: { repository: string; suiteId: number }, signal: AbortSignal): Promise<void>
}

export type Github = GithubReads & GithubWrites
