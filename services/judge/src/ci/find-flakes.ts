import type { Check, CheckState } from '../github/snapshot.ts'
import { compareText } from '../lib/text.ts'
import { buildCheckKey, selectNewestChecks } from './newest-checks.ts'

/** What a check is called on every commit. Workflow and event are empty outside GitHub Actions. */
export interface CheckName {
  readonly app: string
  readonly workflow: string
  readonly event: string
  readonly name: string
}

/** An earlier result of a check, as it was seen then. */
export type EarlierResult = Pick<
  Check,
  'kind' | 'name' | 'app' | 'workflow' | 'workflowRunId' | 'suiteId' | 'state'
>

/** A run that a person or a newer run stopped says nothing about what it checks. */
const failures: readonly CheckState[] = ['failure', 'timed_out']

/**
 * The checks that failed on a commit and pass on it now, although nothing was changed. `earlier`
 * holds results that were read before; GitHub itself forgets the first result of a re-run.
 */
export function findFlakes(
  checks: readonly Check[],
  earlier: readonly EarlierResult[],
): readonly CheckName[] {
  const failed = new Set(
    [...checks, ...earlier].filter(({ state }) => failures.includes(state)).map(buildCheckKey),
  )
  return selectNewestChecks(checks)
    .filter((check) => check.state === 'success' && failed.has(buildCheckKey(check)))
    .map(nameCheck)
}

export const nameCheck = ({ app, workflow, name }: Check): CheckName => ({
  app,
  workflow: workflow?.name ?? '',
  event: workflow?.event ?? '',
  name,
})

/** A check that is known to fail by chance, and on how many commits it has. */
export interface KnownFlake extends CheckName {
  readonly commits: number
}

/** Those of the failed checks that are known to fail by chance, each once, by name. */
export function findKnownFlakes(
  failed: readonly Check[],
  known: readonly KnownFlake[],
): readonly (KnownFlake & { readonly label: string })[] {
  const found = failed.flatMap((check) => {
    const own = JSON.stringify(nameCheck(check))
    const flake = known.find(
      ({ app, workflow, event, name }) => JSON.stringify({ app, workflow, event, name }) === own,
    )
    return flake === undefined ? [] : [{ ...flake, label: check.label }]
  })
  return found.sort((a, b) => compareText(a.label, b.label))
}
