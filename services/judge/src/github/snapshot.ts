import type { Instant } from '../lib/instant.ts'
import type { CommitSha } from '../run/run.ts'

/** Who did something on GitHub. `login` is without the `[bot]` suffix that only REST appends. */
export interface Actor {
  readonly login: string
  readonly bot: boolean
}

/** One check run or commit status of one commit. */
export interface Check {
  readonly kind: 'check_run' | 'status'
  /** The check's name, or the status's context. */
  readonly name: string
  /**
   * The app's slug for a check run; the creator's login, or '', for a status. Checks of one name by
   * two apps are two checks.
   */
  readonly app: string
  /** The check run's database id, which grows and locates its log; 0 for a status. */
  readonly id: number
  readonly suiteId: number | null
  /** The Actions run it belongs to, which `rerun-failed-jobs` takes; null if there is none. */
  readonly workflowRunId: number | null
  readonly runAttempt: number | null
  readonly state: CheckState
  readonly url: string | null
  /** The title and summary of the check's output, or a status's description. */
  readonly summary: string | null
  readonly startedAt: Instant | null
  readonly completedAt: Instant | null
  readonly required: boolean
}

/**
 * `queued` to `pending` are not final. The others are GitHub's conclusions; a status's `error`
 * counts as `failure`.
 */
export type CheckState =
  | 'queued'
  | 'in_progress'
  | 'requested'
  | 'waiting'
  | 'pending'
  | 'success'
  | 'failure'
  | 'neutral'
  | 'skipped'
  | 'cancelled'
  | 'stale'
  | 'timed_out'
  | 'startup_failure'
  | 'action_required'

export interface Review {
  readonly author: Actor
  readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING'
  readonly body: string
  readonly commit: CommitSha | null
  readonly submittedAt: Instant
  readonly url: string
}

export interface ReviewThread {
  readonly id: string
  readonly resolved: boolean
  readonly outdated: boolean
  readonly path: string
  readonly line: number | null
  /** Oldest first; the first one opened the thread. */
  readonly comments: readonly ThreadComment[]
}

export interface ThreadComment {
  readonly author: Actor
  readonly body: string
  readonly url: string
  readonly createdAt: Instant
  /** The commit of the review that the comment belongs to, where GitHub names one. */
  readonly reviewCommit: CommitSha | null
}

export interface Reaction {
  readonly content: 'THUMBS_UP' | 'EYES' | 'OTHER'
  readonly author: Actor
  readonly createdAt: Instant
}

export interface Comment {
  readonly author: Actor
  readonly body: string
  readonly url: string
  readonly createdAt: Instant
}

export interface PullRequest {
  readonly number: number
  readonly url: string
  readonly title: string
  readonly body: string
  readonly author: Actor
  readonly state: 'open' | 'closed' | 'merged'
  readonly draft: boolean
  readonly mergeable: 'mergeable' | 'conflicting' | 'unknown'
  /** True if the base requires the branch to be up to date, and it is not. */
  readonly behind: boolean
  readonly headBranch: string
  readonly head: CommitSha | null
  readonly baseBranch: string
  readonly baseSha: CommitSha
  readonly fromFork: boolean
  readonly createdAt: Instant
  readonly closedAt: Instant | null
  /** When it was last marked ready for review; null if it never was a draft. */
  readonly readyAt: Instant | null
  /** The login of the person who merged or closed it, where GitHub names one. */
  readonly closedBy: string | null
}

export interface Issue {
  readonly number: number
  readonly title: string
  readonly body: string
  readonly url: string
  readonly state: 'open' | 'closed'
  readonly labels: readonly string[]
  /** The last edit of the body; null if it was never edited. */
  readonly lastEdit: { readonly editor: string | null; readonly at: Instant } | null
}

/** What a run depends on besides its pull request. */
export interface RepositoryContext {
  readonly observedAt: Instant
  readonly repository: string
  readonly defaultBranch: string
  /** The text of `.codex-judge.yml` at the default branch; null if there is none. */
  readonly policyText: string | null
  readonly issue: Issue | null
  /** Where the run's branch points now; null if it does not exist. */
  readonly branchHead: CommitSha | null
}

/**
 * One pull request at one moment, with everything about `pullRequest.head`. Every list is complete:
 * if a page cannot be read, the whole reading fails.
 */
export interface Snapshot {
  readonly observedAt: Instant
  /** The repository as GitHub spells it. */
  readonly repository: string
  readonly pullRequest: PullRequest
  readonly headCommittedAt: Instant | null
  /** When the head's earliest check suite was created, GitHub's closest record of the push. */
  readonly headFirstSuiteAt: Instant | null
  readonly checks: readonly Check[]
  /** Check names that the base branch requires; null if we may not read its protection. */
  readonly requiredChecks: readonly string[] | null
  readonly reviews: readonly Review[]
  readonly threads: readonly ReviewThread[]
  readonly reactions: readonly Reaction[]
  readonly comments: readonly Comment[]
  /** Read in the same request. */
  readonly context: RepositoryContext
}
