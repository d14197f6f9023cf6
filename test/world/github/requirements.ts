import { listAncestors } from './git.ts'
import type { CheckRun, Pull, Repository, Status } from './state.ts'

/**
 * The newest run of each suite and name, as in GitHub's rollup: jobs of one name in two workflows
 * are two entries, and a suite without check runs is none.
 */
export function listLatestRuns(repository: Repository, sha: string): readonly CheckRun[] {
  const newest = new Map<string, CheckRun>()
  for (const run of repository.checkRuns)
    if (run.sha === sha) newest.set(`${run.suite.id} ${run.name}`, run)
  return [...newest.values()]
}

/** The newest status of each context. */
export function listLatestStatuses(repository: Repository, sha: string): readonly Status[] {
  const newest = new Map<string, Status>()
  for (const status of repository.statuses)
    if (status.sha === sha) newest.set(status.context, status)
  return [...newest.values()]
}

interface RequiredName {
  readonly name: string
  readonly app: string | null
}

export const listRequiredChecks = (
  repository: Repository,
  branch: string,
): readonly RequiredName[] =>
  repository.requirements
    .filter((one) => one.branch === branch)
    .flatMap(({ checks, app }) => checks.map((name) => ({ name, app })))

/** Whether a branch requires a check of this name by this app; a status is by its creator. */
export const isRequiredCheck = (
  required: readonly RequiredName[],
  name: string,
  app: string,
): boolean => required.some((one) => one.name === name && (one.app === null || one.app === app))

export const findBaseSha = (repository: Repository, pull: Pull): string =>
  repository.branches.get(pull.baseBranch) ?? ''

export function computeMergeable(pull: Pull): 'MERGEABLE' | 'CONFLICTING' | 'UNKNOWN' {
  if (pull.unknownReads > 0 || pull.state === 'closed') return 'UNKNOWN'
  return pull.conflicting ? 'CONFLICTING' : 'MERGEABLE'
}

/** GitHub's `mergeStateStatus`. */
export function computeMergeState(repository: Repository, pull: Pull): string {
  const mergeable = computeMergeable(pull)
  if (mergeable === 'UNKNOWN') return 'UNKNOWN'
  if (mergeable === 'CONFLICTING') return 'DIRTY'
  if (pull.draft) return 'DRAFT'
  const strict = repository.requirements.some((one) => one.branch === pull.baseBranch && one.strict)
  if (strict && !listAncestors(repository, pull.head).includes(findBaseSha(repository, pull)))
    return 'BEHIND'
  const runs = listLatestRuns(repository, pull.head).map(({ name, suite, conclusion }) => ({
    name,
    app: suite.app,
    good: ['success', 'neutral', 'skipped'].includes(conclusion ?? ''),
  }))
  const statuses = listLatestStatuses(repository, pull.head).map(({ context, creator, state }) => ({
    name: context,
    app: creator,
    good: state === 'success',
  }))
  const all = [...runs, ...statuses]
  const met = (required: RequiredName) =>
    all.some(({ name, app, good }) => good && isRequiredCheck([required], name, app))
  if (!listRequiredChecks(repository, pull.baseBranch).every(met)) return 'BLOCKED'
  return all.every(({ good }) => good) ? 'CLEAN' : 'UNSTABLE'
}
