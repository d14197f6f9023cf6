import type { Check } from '../github/snapshot.ts'
import { addMillis, earliest, type Instant, latest } from '../lib/instant.ts'
import { formatList, pluralize, shortenSha } from '../lib/text.ts'
import type { CiPolicy, ConclusionMeaning } from '../policy/policy.ts'
import type { CiOutcome } from './ci-outcome.ts'
import { classifyState } from './classify-state.ts'
import type { CommitChecks, FailureIdentity } from './commit-checks.ts'
import { selectCountedChecks } from './counted-checks.ts'
import { canRerun } from './rerun-targets.ts'

/**
 * What the checks of one commit add up to.
 *
 * Nothing passes on absence: an empty list means "not started" until the grace period is over and
 * "missing" afterwards, suites that cannot be read are not absent ones, and time alone never turns
 * anything green. A failure waits for the checks that still run, so that one prompt can name every
 * failure, but not for checks that do not exist.
 *
 * Total, and independent of the order of the lists. As long as GitHub's data stays the same, later
 * readings move `pending` to a final outcome, and never one final outcome to another.
 */
export function computeCiOutcome(seen: CommitChecks, now: Instant, policy: CiPolicy): CiOutcome {
  const { commit } = seen
  const limits = computeLimits(seen, now, policy)
  const { checks, missing, lacksSuites } = selectCountedChecks(seen, policy, limits)
  const { open, failed, human, rerunning } = sortChecks(checks, { seen, limits, policy })
  const on = shortenSha(commit)
  const stayPending = (because: string, deadline: Instant): CiOutcome => {
    return { kind: 'pending', commit, open, missing, failed, because, deadline }
  }
  const waitOrMiss = (because: string): CiOutcome =>
    limits.isWaitOver
      ? { kind: 'missing', commit, missing, because }
      : stayPending(because, limits.waitDeadline)

  if (failed.length > 0) {
    const because = `${formatNames(failed)} failed on ${on}`
    if (open.length > 0 && !limits.isWaitOver)
      return stayPending(`${because}; waiting for ${formatNames(open)}`, limits.waitDeadline)
    const rerunnable = open.length === 0 ? selectRerunnable(failed, seen, policy) : []
    const concludedAt = findLastCompletion(checks)
    const passed = checks.filter(({ state }) => state === 'success')
    return { kind: 'failure', commit, failed, passed, rerunnable, because, concludedAt }
  }
  // A re-run may still fail, and failures outrank action_required, so stay pending until it
  // finishes.
  if (human.length > 0 && rerunning.length === 0) {
    return { kind: 'action_required', commit, checks: human, because: describeHuman(human, on) }
  }
  if (open.length > 0) {
    // Checked before what is missing: a hanging job prevents the jobs that need it.
    if (limits.isWaitOver) {
      const because = `${formatNames(open)} did not finish in time on ${on}`
      return { kind: 'timeout', commit, open, failed, because }
    }
    if (open.length > rerunning.length)
      return stayPending(`waiting for ${formatNames(open)} on ${on}`, limits.waitDeadline)
    const soonest = earliest(limits.waitDeadline, ...rerunning.map(({ until }) => until))
    return stayPending(`${formatNames(open)} failed on ${on} and is being re-run`, soonest)
  }
  if (missing.length > 0)
    return waitOrMiss(
      `required and not created on ${on}: ${formatList(missing.map(({ text }) => text))}`,
    )
  if (!hasPassed(checks, policy)) {
    const because =
      checks.length === 0
        ? `no checks on ${on}`
        : `no check succeeded on ${on} (only neutral or skipped: ${formatNames(checks)})`
    return limits.isGraceOver
      ? { kind: 'missing', commit, missing, because }
      : stayPending(because, limits.graceDeadline)
  }
  if (lacksSuites)
    return waitOrMiss(
      `GitHub does not tell the check suites of ${on}, so a workflow that never started a job ` +
        'would not be noticed; name the checks that must pass in ci.required',
    )
  const because = `${pluralize(checks.length, 'check')} passed on ${on}`
  return {
    kind: 'success',
    commit,
    passed: checks,
    because,
    concludedAt: findLastCompletion(checks),
  }
}

/** At least one check must succeed, unless policy accepts only neutral and skipped ones. */
const hasPassed = (checks: readonly Check[], policy: CiPolicy): boolean =>
  checks.some(({ state }) => state === 'success') ||
  (policy.allow_only_neutral && checks.length > 0)

interface Limits {
  readonly waitDeadline: Instant
  readonly isWaitOver: boolean
  readonly graceDeadline: Instant
  readonly isGraceOver: boolean
  readonly isOver: (deadline: Instant) => boolean
}

/**
 * The deadlines, and which of them the reading has passed. `now` bounds the reading's time, so that
 * a reading stamped in the future ends no wait.
 */
function computeLimits(seen: CommitChecks, now: Instant, policy: CiPolicy): Limits {
  const isOver = (deadline: Instant): boolean => Math.min(seen.readAt, now) > deadline
  const waitDeadline = addMillis(seen.waitStartedAt, policy.wait)
  const graceDeadline = earliest(
    addMillis(seen.graceStartedAt, policy.no_checks_grace),
    waitDeadline,
  )
  return {
    waitDeadline,
    isWaitOver: isOver(waitDeadline),
    graceDeadline,
    isGraceOver: isOver(graceDeadline),
    isOver,
  }
}

interface SortedChecks {
  readonly open: readonly Check[]
  readonly failed: readonly Check[]
  readonly human: readonly Check[]
  /** Failures that count as open because they are re-run, and until when each may. */
  readonly rerunning: readonly { readonly check: Check; readonly until: Instant }[]
}

/** What a single check is interpreted with. */
interface CheckContext {
  readonly seen: CommitChecks
  readonly limits: Limits
  readonly policy: CiPolicy
}

function sortChecks(checks: readonly Check[], context: CheckContext): SortedChecks {
  const { limits, policy } = context
  const withMeaning = (meaning: ConclusionMeaning): readonly Check[] =>
    checks.filter(({ state }) => classifyState(state, policy) === meaning)
  const rerunning = withMeaning('failure').flatMap((check) => {
    const until = findRerunDeadline(check, context)
    return until === null || limits.isOver(until) ? [] : [{ check, until }]
  })
  const isRerunning = (check: Check): boolean => rerunning.some((one) => one.check === check)
  return {
    open: checks.filter(
      (check) => classifyState(check.state, policy) === 'pending' || isRerunning(check),
    ),
    failed: withMeaning('failure').filter((check) => !isRerunning(check)),
    human: withMeaning('human'),
    rerunning,
  }
}

/**
 * Until when a failed check is waited for because it is being re-run; null if it is not, or if this
 * is the result of the re-run. After GitHub accepted the re-run it has the grace period to queue
 * it.
 */
function findRerunDeadline(check: Check, { seen, limits, policy }: CheckContext): Instant | null {
  const requested = seen.reruns.filter(
    ({ refused, failures }) =>
      !refused && failures.some((failure) => isSameFailure(failure, check)),
  )
  if (requested.length === 0) return null
  return latest(
    ...requested.map(({ acceptedAt }) =>
      acceptedAt === null
        ? limits.waitDeadline
        : earliest(addMillis(acceptedAt, policy.no_checks_grace), limits.waitDeadline),
    ),
  )
}

const isSameFailure = (failure: FailureIdentity, check: Check): boolean =>
  failure.app === check.app &&
  failure.name === check.name &&
  failure.id === check.id &&
  failure.completedAt === check.completedAt

/**
 * The failed checks to re-run: all of them, once for each commit. If one of them cannot be re-run,
 * none is, because its failure would count anyway.
 */
function selectRerunnable(
  failed: readonly Check[],
  seen: CommitChecks,
  policy: CiPolicy,
): readonly Check[] {
  return policy.rerun_failed_once && seen.reruns.length === 0 && failed.every(canRerun)
    ? failed
    : []
}

const formatNames = (checks: readonly Check[]): string =>
  formatList([...new Set(checks.map(({ label }) => label))])

/** With the links where a person approves, because this text is what the person reads first. */
const describeHuman = (checks: readonly Check[], on: string): string =>
  `a person must approve on ${on}: ${formatList(
    checks.map(({ label, url }) => (url === null ? label : `${label} (${url})`)),
  )}`

function findLastCompletion(checks: readonly Check[]): Instant | null {
  return checks.reduce<Instant | null>(
    (last, { completedAt }) =>
      completedAt !== null && (last === null || completedAt > last) ? completedAt : last,
    null,
  )
}
