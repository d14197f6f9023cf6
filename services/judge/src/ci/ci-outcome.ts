import type { Check, CheckState } from '../github/snapshot.ts'
import { after, earliest, type Instant, latest } from '../lib/instant.ts'
import { count, listed, shortSha } from '../lib/text.ts'
import type { CiPolicy, ConclusionMeaning } from '../policy/policy.ts'
import type { CommitChecks, SeenFailure } from './commit-checks.ts'
import { countedChecks } from './counted-checks.ts'
import type { CiOutcome } from './outcome.ts'
import { canRerun } from './rerun-targets.ts'

/**
 * What CI says about one commit. Nothing passes on absence: an empty list means "not started" until
 * the grace is over and "missing" afterwards, and time alone never makes anything green. Red waits
 * for what still runs, so that one prompt can tell every failure, but not for what was never
 * created.
 *
 * Total, and the order of the lists does not matter. With the world as it is, later readings move
 * `pending` to a final member and never from one final member to another.
 */
export function ciOutcome(seen: CommitChecks, now: Instant, policy: CiPolicy): CiOutcome {
  const { commit } = seen
  const { checks, missing } = countedChecks(seen, policy)
  const limits = limitsOf(seen, now, policy)
  const { open, failed, human, repeating } = sorted(checks, { seen, limits, policy })
  const on = shortSha(commit)
  const waits = (because: string, deadline: Instant): CiOutcome => {
    return { kind: 'pending', commit, open, missing, failed, because, deadline }
  }

  if (failed.length > 0) {
    const because = `${names(failed)} failed on ${on}`
    if (open.length > 0 && !limits.waitIsOver)
      return waits(`${because}; ${names(open)} still to end`, limits.wait)
    const rerunnable = open.length === 0 ? toRunAgain(failed, seen, policy) : []
    return { kind: 'failure', commit, failed, rerunnable, because, concludedAt: concluded(checks) }
  }
  // What is being run again may still fail, and a failure speaks first: so long nothing final is
  // said.
  if (human.length > 0 && repeating.length === 0) {
    return {
      kind: 'action_required',
      commit,
      checks: human,
      because: `${names(human)} on ${on} asks for a person`,
    }
  }
  if (open.length > 0) {
    // A hanging job keeps those that need it from being created, so it speaks before what is
    // missing.
    const late = `${names(open)} did not end in time on ${on}`
    if (limits.waitIsOver) return { kind: 'timeout', commit, open, failed, because: late }
    if (open.length > repeating.length)
      return waits(`${names(open)} still to end on ${on}`, limits.wait)
    const soonest = earliest(limits.wait, ...repeating.map(({ until }) => until))
    return waits(`${names(open)} failed on ${on} and is run again`, soonest)
  }
  if (missing.length > 0) {
    const because = `required and not created on ${on}: ${listed(missing)}`
    return limits.waitIsOver
      ? { kind: 'missing', commit, missing, because }
      : waits(because, limits.wait)
  }
  if (!somethingPassed(checks, policy)) {
    const because =
      checks.length === 0
        ? `no checks on ${on}`
        : `no check succeeded on ${on}: ${names(checks)} say nothing`
    return limits.graceIsOver
      ? { kind: 'missing', commit, missing, because }
      : waits(because, limits.grace)
  }
  const because = `${count(checks.length, 'check')} passed on ${on}`
  return { kind: 'success', commit, passed: checks, because, concludedAt: concluded(checks) }
}

/**
 * At least one real success is needed, unless policy is content with checks that had nothing to
 * say.
 */
const somethingPassed = (checks: readonly Check[], policy: CiPolicy): boolean =>
  checks.some(({ state }) => state === 'success') ||
  (policy.allow_only_neutral && checks.length > 0)

interface Limits {
  readonly wait: Instant
  readonly waitIsOver: boolean
  readonly grace: Instant
  readonly graceIsOver: boolean
  readonly isOver: (deadline: Instant) => boolean
}

/**
 * Deadlines, seen from the reading: `now` only bounds it, so that a reading stamped in the future
 * ends nothing.
 */
function limitsOf(seen: CommitChecks, now: Instant, policy: CiPolicy): Limits {
  const isOver = (deadline: Instant): boolean => Math.min(seen.readAt, now) > deadline
  const wait = after(seen.waitStartedAt, policy.wait)
  const grace = earliest(after(seen.graceStartedAt, policy.no_checks_grace), wait)
  return { wait, waitIsOver: isOver(wait), grace, graceIsOver: isOver(grace), isOver }
}

interface Sorted {
  readonly open: readonly Check[]
  readonly failed: readonly Check[]
  readonly human: readonly Check[]
  /** Those of `open` that are failures waiting for their re-run, and until when each may. */
  readonly repeating: readonly { readonly check: Check; readonly until: Instant }[]
}

/** What a check is judged by. */
interface Judging {
  readonly seen: CommitChecks
  readonly limits: Limits
  readonly policy: CiPolicy
}

function sorted(checks: readonly Check[], judging: Judging): Sorted {
  const { limits, policy } = judging
  const of = (meaning: ConclusionMeaning): readonly Check[] =>
    checks.filter(({ state }) => meaningOf(state, policy) === meaning)
  const repeating = of('failure').flatMap((check) => {
    const until = repeatedUntil(check, judging)
    return until === null || limits.isOver(until) ? [] : [{ check, until }]
  })
  const isRepeating = (check: Check): boolean => repeating.some((one) => one.check === check)
  return {
    open: checks.filter(
      (check) => meaningOf(check.state, policy) === 'pending' || isRepeating(check),
    ),
    failed: of('failure').filter((check) => !isRepeating(check)),
    human: of('human'),
    repeating,
  }
}

/**
 * Until when a failure stands for a result still to come, because GitHub was asked to run it again;
 * null where it was not, or where this is already the newer result. Once accepted, GitHub has the
 * grace to queue it.
 */
function repeatedUntil(check: Check, { seen, limits, policy }: Judging): Instant | null {
  const asked = seen.reruns.filter(
    ({ refused, failures }) => !refused && failures.some((failure) => isSame(failure, check)),
  )
  if (asked.length === 0) return null
  return latest(
    ...asked.map(({ acceptedAt }) =>
      acceptedAt === null
        ? limits.wait
        : earliest(after(acceptedAt, policy.no_checks_grace), limits.wait),
    ),
  )
}

const isSame = (failure: SeenFailure, check: Check): boolean =>
  failure.app === check.app &&
  failure.name === check.name &&
  failure.id === check.id &&
  failure.completedAt === check.completedAt

/**
 * What may be asked for once more: all that failed, once a commit. Where one of them cannot be run
 * again its failure counts, and repeating the others could not turn the commit green.
 */
function toRunAgain(
  failed: readonly Check[],
  seen: CommitChecks,
  policy: CiPolicy,
): readonly Check[] {
  return policy.rerun_failed_once && seen.reruns.length === 0 && failed.every(canRerun)
    ? failed
    : []
}

function meaningOf(state: CheckState, policy: CiPolicy): ConclusionMeaning {
  switch (state) {
    case 'queued':
    case 'in_progress':
    case 'requested':
    case 'waiting':
    case 'pending':
      return 'pending'
    case 'success':
    case 'failure':
      return state
    case 'neutral':
    case 'skipped':
    case 'cancelled':
    case 'stale':
    case 'timed_out':
    case 'startup_failure':
    case 'action_required':
      return policy.conclusions[state]
    default:
      return state satisfies never
  }
}

const names = (checks: readonly Check[]): string =>
  listed([...new Set(checks.map(({ name }) => name))])

function concluded(checks: readonly Check[]): Instant | null {
  return checks.reduce<Instant | null>(
    (last, { completedAt }) =>
      completedAt !== null && (last === null || completedAt > last) ? completedAt : last,
    null,
  )
}
