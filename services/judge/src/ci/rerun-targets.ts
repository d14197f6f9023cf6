import type { Check } from '../github/snapshot.ts'

/** One request to re-run failed checks, and the checks it re-runs. */
export interface RerunTarget {
  readonly target:
    | { readonly kind: 'actions'; readonly workflowRunId: number; readonly runAttempt: number }
    | { readonly kind: 'suite'; readonly suiteId: number }
  readonly checks: readonly Check[]
}

/**
 * How failed checks can be re-run: jobs of GitHub Actions through their workflow run, checks of
 * other apps through their suite, each run and suite once. Checks that cannot be re-run are left
 * out: statuses, and check runs that name neither.
 */
export function findRerunTargets(failed: readonly Check[]): readonly RerunTarget[] {
  const targets = new Map<string, RerunTarget>()
  for (const check of failed) {
    const target = findTarget(check)
    if (target === null) continue
    const key =
      target.kind === 'actions' ? `run ${target.workflowRunId}` : `suite ${target.suiteId}`
    targets.set(key, { target, checks: [...(targets.get(key)?.checks ?? []), check] })
  }
  return [...targets.values()]
}

export const canRerun = (check: Check): boolean => findTarget(check) !== null

function findTarget(check: Check): RerunTarget['target'] | null {
  if (check.kind === 'status') return null
  if (check.workflowRunId !== null) {
    return {
      kind: 'actions',
      workflowRunId: check.workflowRunId,
      runAttempt: check.runAttempt ?? 1,
    }
  }
  // Suites of Actions cannot be re-requested; only their workflow runs can.
  if (check.suiteId === null || check.app === 'github-actions') return null
  return { kind: 'suite', suiteId: check.suiteId }
}
