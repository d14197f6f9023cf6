import type { Instant } from '../lib/instant.ts'
import type { CommitSha } from '../run/run.ts'
import type { Actor, Check, CheckSuite, Comment, RepositoryContext, Snapshot } from './snapshot.ts'

/**
 * What the service reads from GitHub. Methods reject only with `Failure` (lib/failure.ts):
 * `unavailable` (try later), `forbidden` (a person must act) or `refused` (trying again is
 * useless). Every list is complete, or the call fails. All times are GitHub's, except `observedAt`.
 */
export interface GithubReads {
  /**
   * The number of a run's pull request: the open one of the branch (of several, the one into
   * `base`, else the newest); else `prNumber`, if its head branch matches; else the newest one that
   * was closed or merged after `startedAt`. Null if there is none. Pull requests from forks do not
   * count.
   */
  findPullRequest(of: PullRequestQuery, signal: AbortSignal): Promise<number | null>
  /**
   * The branch that a branch was merged into before it was deleted; null if it still exists, or was
   * not merged.
   */
  findMergedInto(
    of: { repository: string; branch: string },
    signal: AbortSignal,
  ): Promise<string | null>
  /**
   * One complete and consistent reading of a pull request; see `Snapshot`. Its `context` holds the
   * issue and the branch head only if they are named.
   */
  readSnapshot(
    of: { repository: string; number: number; issueNumber?: number | null; branch?: string | null },
    signal: AbortSignal,
  ): Promise<Snapshot>
  /** The repository's own policy file, the issue and the branch's head, in one request. */
  readRepositoryContext(
    of: { repository: string; issueNumber: number | null; branch: string | null },
    signal: AbortSignal,
  ): Promise<RepositoryContext>
  /** How a commit that the run reported, possibly abbreviated, relates to the head. */
  readRelation(
    of: { repository: string; commit: string; head: CommitSha },
    signal: AbortSignal,
  ): Promise<CommitRelation>
  /**
   * Every check run, status and suite of a commit, named by its id or by the branch whose head it
   * is. Null if there is no such commit.
   */
  readCommitChecks(
    of: { repository: string; at: { branch: string } | { commit: CommitSha } },
    signal: AbortSignal,
  ): Promise<ReadCommit | null>
  /** The commit from which the head was branched off; null if the two have none in common. */
  readMergeBase(
    of: { repository: string; base: CommitSha; head: CommitSha },
    signal: AbortSignal,
  ): Promise<CommitSha | null>
  /**
   * The unified diff of `base...head`, from their merge base. Rejects as `refused` if it is longer
   * than `maxBytes`.
   */
  readDiff(
    of: { repository: string; base: CommitSha; head: CommitSha; maxBytes: number },
    signal: AbortSignal,
  ): Promise<string>
  /** A text file at a commit; null if it does not exist, is binary or is larger than 1 MiB. */
  readFile(
    of: { repository: string; commit: CommitSha; path: string },
    signal: AbortSignal,
  ): Promise<string | null>
  /**
   * The texts of files at one commit, by path, in one request of one point. Each path is in the
   * result. Rejects as `unavailable` while GitHub does not know the commit.
   */
  readFileTexts(
    of: { repository: string; commit: CommitSha; paths: readonly string[] },
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, FileText>>
  /** Who set these labels of an issue last, for those that it has now. */
  readLabelSetters(
    of: { repository: string; issueNumber: number; labels: readonly string[] },
    signal: AbortSignal,
  ): Promise<readonly LabelSetter[]>
  /** The last `maxBytes` of a failed job's log; null if GitHub has no log (any longer). */
  readJobLog(
    of: { repository: string; checkRunId: number; maxBytes: number },
    signal: AbortSignal,
  ): Promise<string | null>
  /** The remaining hourly GraphQL rate limit, from the last answer; null before the first. */
  getBudget(): { remaining: number; limit: number; resetsAt: Instant } | null
}

/** A file at a commit: its whole text, or why there is none. */
export type FileText =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'binary' }
  /** Larger than GitHub sends. */
  | { readonly kind: 'too_large'; readonly bytes: number }

export interface PullRequestQuery {
  readonly repository: string
  readonly branch: string | null
  /** The base it should target; null: not known. */
  readonly base: string | null
  readonly prNumber: number | null
  readonly startedAt: Instant | null
}

/** A commit with everything that was reported about it, as in `Snapshot`. */
export interface ReadCommit {
  readonly commit: CommitSha
  readonly checks: readonly Check[]
  readonly suites: readonly CheckSuite[] | null
}

export interface LabelSetter {
  readonly label: string
  /** Null: a deleted account, or it was set too many changes ago. */
  readonly by: string | null
  /** Whether that account may triage issues in the repository now. */
  readonly mayTriage: boolean
}

/** A comment on a pull request, as REST shows it. */
export interface PostedComment {
  readonly id: number
  readonly author: Actor
  readonly body: string
  readonly url: string
  readonly createdAt: Instant
  /** Whether its text was changed, by whomever. */
  readonly edited: boolean
}

export type CommitRelation = 'same' | 'ancestor' | 'not_ancestor' | 'unknown'

/**
 * What the service writes to GitHub. Callers check whether a write was done before they repeat it.
 */
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
  /** The comment of a pull request that contains `marker`, a hidden text; null if there is none. */
  findComment(
    of: { repository: string; number: number; marker: string },
    signal: AbortSignal,
  ): Promise<Comment | null>
  /**
   * Sets the one check run of this name on a commit, and adds the annotations that it does not have
   * yet. The same again is harmless. `known` is its id, if it was set before. Resolves to its id, or
   * null: the credentials are no App, and only those can write check runs.
   */
  setCheckRun(
    of: {
      repository: string
      commit: CommitSha
      name: string
      known: number | null
      state: 'pending' | 'success' | 'failure' | 'error'
      detailsUrl: string
      title: string
      summary: string
      annotations: readonly {
        path: string
        line: number
        level: 'failure' | 'notice'
        title: string
        message: string
      }[]
    },
    signal: AbortSignal,
  ): Promise<number | null>
  /** Every comment of a pull request, oldest first. */
  listComments(
    of: { repository: string; number: number },
    signal: AbortSignal,
  ): Promise<readonly PostedComment[]>
  /** The newest 100 of them, oldest first. */
  readNewestComments(
    of: { repository: string; number: number },
    signal: AbortSignal,
  ): Promise<readonly PostedComment[]>
  /** Posts a comment as the service itself. */
  createComment(
    of: { repository: string; number: number; body: string },
    signal: AbortSignal,
  ): Promise<PostedComment>
  /** Setting the same text twice is harmless. Null: the comment was deleted. */
  editComment(
    of: { repository: string; commentId: number; body: string },
    signal: AbortSignal,
  ): Promise<PostedComment | null>
  /** Shows with the comment that it was read; again is harmless. */
  reactToComment(
    of: { repository: string; commentId: number; content: '+1' | 'confused' },
    signal: AbortSignal,
  ): Promise<void>
  /** Whether an account may write to the repository. */
  mayWrite(of: { repository: string; login: string }, signal: AbortSignal): Promise<boolean>
  /** Posts a comment as the account that requests reviews (GITHUB_REVIEW_REQUEST_TOKEN). */
  postComment(
    of: { repository: string; number: number; body: string },
    signal: AbortSignal,
  ): Promise<{ url: string }>
  /** The attempt number of an Actions run; 1 means that it was never re-run. */
  readRunAttempt(
    of: { repository: string; workflowRunId: number },
    signal: AbortSignal,
  ): Promise<number>
  /** Asks Actions to re-run the failed jobs of a run. Rejects as `refused` if GitHub refuses. */
  rerunFailedJobs(
    of: { repository: string; workflowRunId: number },
    signal: AbortSignal,
  ): Promise<void>
  /** Asks another app to re-run its suite. Rejects as `refused` if GitHub refuses. */
  rerequestSuite(of: { repository: string; suiteId: number }, signal: AbortSignal): Promise<void>
}

export type Github = GithubReads & GithubWrites
