import type { Instant } from '../lib/instant.ts'
import type { CommitSha } from '../run/run.ts'

/** Who did something on GitHub. `login` is without the `[bot]` suffix that only REST appends. */
export interface Actor {
  readonly login: string
  readonly bot: boolean
}

/**
 * One check run or commit status of one commit, or a check suite that speaks for itself because
 * its check runs do not (`ci/suite-checks.ts`).
 */
export interface Check {
  readonly kind: 'check_run' | 'status' | 'suite'
  /** The check's name, the status's context, or the name of the suite's workflow or app. */
  readonly name: string
  /** How texts name it: its name, and what tells it apart where the commit has two of the name. */
  readonly label: string
  /** The app's slug; for a status the creator's login, or ''. */
  readonly app: string
  /** GitHub's number of the app; null for a status, or if it cannot be read. */
  readonly appId: number | null
  /** False for a status that a person posted, or that names no creator. */
  readonly byApp: boolean
  /** The Actions workflow that it is a job of; null for other apps, or if it cannot be read. */
  readonly workflow: CheckWorkflow | null
  /** The database id of the check run, which grows and locates its log, or of the suite; else 0. */
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

/** Jobs of one name in two workflows, or of one workflow for two events, are two checks. */
export interface CheckWorkflow {
  /** Two workflow files can have the same name. */
  readonly id: number | null
  readonly name: string
  readonly event: string
}

/**
 * One check suite of a commit: what an app, or one run of an Actions workflow, does for it. A suite
 * without check runs appears in no list of checks.
 */
export interface CheckSuite {
  readonly id: number | null
  readonly app: string
  readonly appId: number | null
  readonly state: CheckState
  readonly hasRuns: boolean
  readonly createdAt: Instant | null
  /** The branch whose push it was created for; null if GitHub does not tell or it was deleted. */
  readonly branch: string | null
  /** The run of an Actions workflow behind it; null for other apps, or if it cannot be read. */
  readonly workflowRun: {
    readonly id: number | null
    readonly url: string | null
    readonly workflow: CheckWorkflow | null
  } | null
}

/** A check that must succeed: of any app, or of one alone, named by its slug, its id or both. */
export interface RequiredCheck {
  readonly name: string
  readonly app: { readonly slug: string | null; readonly id: number | null } | null
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

/**
 * How the author of a text belongs to the repository. `other` is everyone without rights of their
 * own, such as an earlier contributor.
 */
export type Association = 'owner' | 'member' | 'collaborator' | 'other'

/** Who wrote a text. */
export interface Authorship {
  readonly author: Actor
  /** Null if GitHub's answer does not have it. */
  readonly association: Association | null
}

export interface Review extends Authorship {
  readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING'
  readonly body: string
  readonly commit: CommitSha | null
  readonly submittedAt: Instant
  readonly url: string
}

export interface ReviewThread {
  readonly id: string
  readonly resolved: boolean
  /** The login of the person who resolved it, where GitHub names one. */
  readonly resolvedBy: string | null
  readonly outdated: boolean
  readonly path: string
  readonly line: number | null
  /** Oldest first; the first one opened the thread. */
  readonly comments: readonly ThreadComment[]
}

export interface ThreadComment extends Authorship {
  readonly body: string
  readonly url: string
  readonly createdAt: Instant
  /** The commit of the review that the comment belongs to, where GitHub names one. */
  readonly reviewCommit: CommitSha | null
  /** The last head that has the lines of the comment, where GitHub names one. */
  readonly lastCommit: CommitSha | null
}

export interface Reaction {
  readonly content: 'THUMBS_UP' | 'EYES' | 'OTHER'
  readonly author: Actor
  readonly createdAt: Instant
}

export interface Comment extends Authorship {
  readonly body: string
  readonly url: string
  readonly createdAt: Instant
  /** The last edit; null if there was none. */
  readonly editedAt: Instant | null
}

/** A pull request got another base. */
export interface BaseChange {
  readonly from: string
  readonly to: string
  /** True if GitHub did it, because the former base was merged and deleted. */
  readonly byGithub: boolean
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
  /** How its base was changed, oldest first; null if the server does not tell. */
  readonly baseChanges: readonly BaseChange[] | null
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
  readonly closedAt: Instant | null
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
  readonly checks: readonly Check[]
  /** Null if the server does not tell; then what has no check runs is unknown, not absent. */
  readonly suites: readonly CheckSuite[] | null
  /** What the base branch requires; null if we may not read its protection. */
  readonly requiredChecks: readonly RequiredCheck[] | null
  readonly reviews: readonly Review[]
  readonly threads: readonly ReviewThread[]
  readonly reactions: readonly Reaction[]
  readonly comments: readonly Comment[]
  /** Read in the same request. */
  readonly context: RepositoryContext
}
