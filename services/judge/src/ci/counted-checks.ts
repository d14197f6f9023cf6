import type { Check, RequiredCheck } from '../github/snapshot.ts'
import { compileGlobs } from '../lib/glob.ts'
import type { CiPolicy } from '../policy/policy.ts'
import { labelChecks } from './check-labels.ts'
import type { MissingCheck } from './ci-outcome.ts'
import { classifyState, isOpenState } from './classify-state.ts'
import type { CommitChecks } from './commit-checks.ts'
import { isOfSameOrigin, selectNewestChecks, selectNewestSuites } from './newest-checks.ts'
import {
  collectAppSlugs,
  meetsRequirement,
  mergeRequirements,
  toMissingChecks,
} from './required-checks.ts'
import { toSuiteChecks } from './suite-checks.ts'

/** The checks that count for the commit, and what is required and does not exist yet. */
export interface CountedChecks {
  readonly checks: readonly Check[]
  readonly missing: readonly MissingCheck[]
  /** True if a workflow without jobs would not be seen, and could matter. */
  readonly lacksSuites: boolean
}

/**
 * If policy names required checks, these alone must exist, and only they count; a pin of the branch
 * to an app holds for them, too. Otherwise what the branch requires must exist, and every check of
 * the commit counts. Checks that policy ignores
 * never count, even if they are required, and neither does our own status: a wait for either would
 * never end.
 */
export function selectCountedChecks(
  seen: CommitChecks,
  policy: CiPolicy,
  { isGraceOver }: { readonly isGraceOver: boolean },
): CountedChecks {
  const isIgnored = createNameMatcher(policy.ignore)
  const slugs = collectAppSlugs([
    ...seen.checks.filter(({ kind }) => kind === 'check_run'),
    ...(seen.suites ?? []),
  ])
  const hasNames = policy.required.length > 0
  const byBranch = seen.requiredByBranch ?? []
  const required = mergeRequirements(
    hasNames
      ? [
          ...policy.required.map((name): RequiredCheck => ({ name, app: null })),
          ...byBranch.filter(({ name }) => policy.required.includes(name)),
        ]
      : byBranch,
  ).filter(({ name }) => name !== seen.ourContext && !isIgnored(name))

  const listed = listCommitChecks(seen, policy)
  const present = listed.filter(({ kind }) => kind !== 'suite')
  const isRequired = (check: Check): boolean =>
    required.some((requirement) => meetsRequirement(check, requirement, slugs))
  const missing = required.filter(
    (requirement) => !present.some((check) => meetsRequirement(check, requirement, slugs)),
  )
  const counted = hasNames ? present.filter(isRequired) : present
  const suites = listed.filter(({ kind }) => kind === 'suite')
  return {
    checks: hasNames
      ? [
          ...counted,
          ...selectExplainingSuites(suites, { counted, missing, isGraceOver, seen, policy }),
        ]
      : listed,
    missing: toMissingChecks(missing, present, slugs),
    lacksSuites: seen.suites === null && !hasNames,
  }
}

/**
 * Every check of a commit that could count, each newest of its kind: its check runs and statuses
 * without our own, and its suites where they say more. Ignored ones are left out.
 */
export function listCommitChecks(
  seen: Pick<CommitChecks, 'checks' | 'suites' | 'ourContext' | 'setsCheckRun'>,
  policy: CiPolicy,
): readonly Check[] {
  const isIgnored = createNameMatcher(policy.ignore)
  const newest = selectNewestChecks(seen.checks).filter((check) => !isOurs(check, seen))
  const suites = toSuiteChecks(seen.suites ?? [], { checks: newest, isIgnored, policy })
  return labelChecks([...newest.filter(({ name }) => !isIgnored(name)), ...suites])
}

/**
 * Our own status, or our own check run: one of this name that is no job of Actions, which everyone
 * who may push can create.
 */
const isOurs = (
  { kind, name, app, workflow }: Check,
  { ourContext, setsCheckRun }: Pick<CommitChecks, 'ourContext' | 'setsCheckRun'>,
): boolean =>
  name === ourContext &&
  (kind === 'status' || (setsCheckRun && app !== 'github-actions' && workflow === null))

/**
 * The suites that count although policy names what is required. A workflow of a required check that
 * was started again is about to replace it. Where a required check does not appear within the grace
 * period, a workflow that failed to start may be what keeps it from being created.
 */
function selectExplainingSuites(
  suites: readonly Check[],
  { counted, missing, isGraceOver, seen, policy }: ExplanationContext,
): readonly Check[] {
  const restarted = selectNewestSuites(seen.suites ?? []).filter(
    (suite) => !suite.hasRuns && counted.some((check) => isOfSameOrigin(check, suite)),
  )
  const isDecided = counted.some(({ state }) =>
    ['failure', 'human'].includes(classifyState(state, policy)),
  )
  const explains = missing.length > 0 && isGraceOver && !isDecided
  return suites.filter(
    ({ suiteId, state }) =>
      restarted.some(({ id }) => id === suiteId) || (explains && !isOpenState(state)),
  )
}

interface ExplanationContext {
  readonly counted: readonly Check[]
  readonly missing: readonly RequiredCheck[]
  readonly isGraceOver: boolean
  readonly seen: CommitChecks
  readonly policy: CiPolicy
}

/** Matches globs against names, not paths: `deploy*` matches `deploy / preview`. */
const createNameMatcher = (globs: readonly string[]): ((name: string) => boolean) =>
  compileGlobs(globs, { matchesSlash: true, literalBang: true })
