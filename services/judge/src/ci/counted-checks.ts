import picomatch from 'picomatch'
import type { Check } from '../github/snapshot.ts'
import type { CiPolicy } from '../policy/policy.ts'
import type { CommitChecks } from './commit-checks.ts'
import { selectNewestChecks } from './newest-checks.ts'

/** The checks that count for the commit, and the required names for which no check exists yet. */
export interface CountedChecks {
  readonly checks: readonly Check[]
  readonly missing: readonly string[]
}

/**
 * If policy names `required` checks, only they count. Otherwise every check of the commit counts,
 * and the checks that the branch requires must be among them. Checks that policy ignores never
 * count, even if the branch requires them, and neither does our own status: a wait for either would
 * never end.
 */
export function selectCountedChecks(seen: CommitChecks, policy: CiPolicy): CountedChecks {
  const matchesIgnored = createNameMatcher(policy.ignore)
  const isIgnored = (name: string): boolean => name === seen.ourContext || matchesIgnored(name)
  const isOurStatus = (check: Check): boolean =>
    check.kind === 'status' && check.name === seen.ourContext
  const present = selectNewestChecks(seen.checks).filter(
    (check) => !isOurStatus(check) && !matchesIgnored(check.name),
  )

  const hasNames = policy.required.length > 0
  const required = [...new Set(hasNames ? policy.required : (seen.requiredByBranch ?? []))]
    .filter((name) => !isIgnored(name))
    .sort()
  return {
    checks: hasNames ? present.filter(({ name }) => required.includes(name)) : present,
    missing: required.filter((name) => !present.some((check) => check.name === name)),
  }
}

/**
 * Matches globs against names, not paths: `deploy*` matches `deploy / preview`. A full name matches
 * itself even with brackets, as in the matrix job `build (ubuntu, 22)`, because the library
 * compares before it globs.
 */
function createNameMatcher(globs: readonly string[]): (name: string) => boolean {
  const matchers = globs
    .filter((glob) => glob !== '')
    .map((glob) => picomatch(glob, { bash: true, dot: true, nonegate: true }))
  return (name) => matchers.some((matches) => matches(name))
}
