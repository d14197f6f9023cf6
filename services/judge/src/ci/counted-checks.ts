import picomatch from 'picomatch'
import type { Check } from '../github/snapshot.ts'
import type { CiPolicy } from '../policy/policy.ts'
import type { CommitChecks } from './commit-checks.ts'
import { newestOfEach } from './newest-of-each.ts'

/** The checks that count for the commit, and the required names of which nothing exists yet. */
export interface Counted {
  readonly checks: readonly Check[]
  readonly missing: readonly string[]
}

/**
 * With `required` in policy those names alone count. Without, every check seen on the commit does,
 * and those the branch requires must be among them. What policy ignores never counts, even if the
 * branch requires it, and neither does our own status: both would otherwise be waited for in vain.
 */
export function countedChecks(seen: CommitChecks, policy: CiPolicy): Counted {
  const ignored = nameMatcher(policy.ignore)
  const never = (name: string): boolean => name === seen.ourContext || ignored(name)
  const ours = (check: Check): boolean => check.kind === 'status' && check.name === seen.ourContext
  const present = newestOfEach(seen.checks).filter((check) => !ours(check) && !ignored(check.name))

  const named = policy.required.length > 0
  const required = [...new Set(named ? policy.required : (seen.requiredByBranch ?? []))]
    .filter((name) => !never(name))
    .sort()
  return {
    checks: named ? present.filter(({ name }) => required.includes(name)) : present,
    missing: required.filter((name) => !present.some((check) => check.name === name)),
  }
}

/**
 * Globs over names, not paths: `deploy*` matches `deploy / preview`, as a person would expect who
 * never thought of a slash. A name written out matches itself, brackets and all, since the library
 * compares before it globs: matrix jobs are called `build (ubuntu, 22)`.
 */
function nameMatcher(globs: readonly string[]): (name: string) => boolean {
  const matchers = globs
    .filter((glob) => glob !== '')
    .map((glob) => picomatch(glob, { bash: true, dot: true, nonegate: true }))
  return (name) => matchers.some((matches) => matches(name))
}
