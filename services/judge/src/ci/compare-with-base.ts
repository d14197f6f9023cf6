import type { Check, CheckState, CheckSuite } from '../github/snapshot.ts'
import type { CiPolicy } from '../policy/policy.ts'
import type { CommitSha } from '../run/run.ts'
import { isOpenState } from './classify-state.ts'
import type { CommitChecks, FailureIdentity } from './commit-checks.ts'
import { listCommitChecks } from './counted-checks.ts'
import type { CheckLog } from './logs/check-log.ts'

/** A failed check of the head that fails in the same way on the base. */
export interface SharedFailure extends FailureIdentity {
  readonly label: string
  /** The run of the check on the base. */
  readonly base: { readonly commit: CommitSha; readonly url: string | null }
}

/** What the base branch says about the failed checks of the head. */
export interface BaseComparison {
  readonly commit: CommitSha
  readonly branch: string
  readonly shared: readonly SharedFailure[]
  /** True if every check of the base's head has finished and none has failed. */
  readonly isGreen: boolean
  /** The failed checks that the base shared once and does not share any more, by label. */
  readonly repaired: readonly string[]
}

/** The results of the base's head, or of the commit from which the head was branched off. */
export interface BaseCommit {
  readonly commit: CommitSha
  readonly checks: readonly Check[]
  readonly isGreen: boolean
}

/** The newest finished run of a failed check on the base. */
export interface BaseRun {
  readonly commit: CommitSha
  readonly check: Check
}

/** Whether a failure that was seen before is this result of a check, and not a later one. */
export const isSameResult = (seen: FailureIdentity, now: FailureIdentity): boolean =>
  seen.app === now.app &&
  seen.name === now.name &&
  seen.id === now.id &&
  seen.completedAt === now.completedAt

/** Whether a check failed by itself: it was not stopped, and no person is asked for. */
const failures: readonly CheckState[] = ['failure', 'timed_out', 'startup_failure']
/** A run that was stopped, that is open or that did nothing says nothing about the base. */
const results: readonly CheckState[] = [...failures, 'success', 'neutral']

export const hasFailed = ({ state }: Check): boolean => failures.includes(state)

interface BaseReading extends Pick<CommitChecks, 'ourContext' | 'setsCheckRun'> {
  readonly policy: CiPolicy
}

/** The results that a commit of the base has, without those that never count. */
export function toBaseCommit(
  read: {
    readonly commit: CommitSha
    readonly checks: readonly Check[]
    readonly suites: readonly CheckSuite[] | null
  },
  { policy, ...ours }: BaseReading,
): BaseCommit {
  const { commit, suites } = read
  const isResult = ({ state }: Check): boolean => results.includes(state)
  const list = (checks: readonly Check[]) => listCommitChecks({ checks, suites, ...ours }, policy)
  const newest = list(read.checks)
  return {
    commit,
    checks: list(read.checks.filter(isResult)).filter(isResult),
    isGreen:
      newest.length > 0 && !newest.some((check) => hasFailed(check) || isOpenState(check.state)),
  }
}

/**
 * The newest finished run of a check on the base; null if there is none. It may belong to another
 * event of the same workflow: the base runs after a push, and a pull request before its merge.
 */
export function findBaseRun(check: Check, { commit, checks }: BaseCommit): BaseRun | null {
  const found = checks
    .filter((other) => isSameCheck(check, other))
    .reduce<Check | null>(
      (newest, other) => (newest === null || isNewer(other, newest) ? other : newest),
      null,
    )
  return found && { commit, check: found }
}

const isNewer = (a: Check, b: Check): boolean =>
  a.id === b.id ? (a.completedAt ?? 0) > (b.completedAt ?? 0) : a.id > b.id

function isSameCheck(a: Check, b: Check): boolean {
  if (a.kind !== b.kind || a.name !== b.name || a.app !== b.app) return false
  // What cannot be distinguished counts as different, so that nothing is excused by absence.
  if (a.workflow === null || b.workflow === null) return a.workflow === b.workflow
  return a.workflow.id !== null && b.workflow.id !== null
    ? a.workflow.id === b.workflow.id
    : a.workflow.name === b.workflow.name
}

/**
 * Whether two runs of one check failed in the same way: whatever failed on the head fails on the
 * base, too. If a log is missing, it is enough that both failed.
 */
export const isSameFailure = (head: CheckLog | null, base: CheckLog | null): boolean =>
  head === null ||
  base === null ||
  head.errors.length === 0 ||
  base.errors.length === 0 ||
  head.errors.every((line) => base.errors.includes(line))
