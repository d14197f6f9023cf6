import type { Check } from '../github/snapshot.ts'

/** One request that runs failed checks again, and the checks it repeats. */
export interface RerunTarget {
  readonly target:
    | { readonly kind: 'actions'; readonly workflowRunId: number; readonly runAttempt: number }
    | { readonly kind: 'suite'; readonly suiteId: number }
  readonly checks: readonly Check[]
}

/**
 * How failed checks can be run again: jobs of GitHub Actions through their workflow run, other
 * apps' checks through their suite, each run and each suite once. Checks for which there is no way
 * (statuses, and runs that name neither) are left out.
 */
export function rerunTargets(failed: readonly Check[]): readonly RerunTarget[] {
  const targets = new Map<string, RerunTarget>()
  for (const check of failed) {
    const target = targetOf(check)
    if (target === null) continue
    const key =
      target.kind === 'actions' ? `run ${target.workflowRunId}` : `suite ${target.suiteId}`
    targets.set(key, { target, checks: [...(targets.get(key)?.checks ?? []), check] })
  }
  return [...targets.values()]
}

export const canRerun = (check: Check): boolean => targetOf(check) !== null

function targetOf(check: Check): RerunTarget['target'] | null {
  if (check.kind === 'status') return null
  if (check.workflowRunId !== null) {
    return {
      kind: 'actions',
      workflowRunId: check.workflowRunId,
      runAttempt: check.runAttempt ?? 1,
    }
  }
  // A suite of Actions cannot be re-requested, only its workflow run can.
  if (check.suiteId === null || check.app === 'github-actions') return null
  return { kind: 'suite', suiteId: check.suiteId }
}
