import { readFailureIdentities } from '../../adapters/postgres/fact-rows.ts'
import type { FailureIdentity } from '../../ci/commit-checks.ts'
import type { Facts } from '../../decide/facts.ts'
import type { Step } from '../../decide/step.ts'
import { hashJson } from '../../lib/ids.ts'
import { getKnownValue } from '../../lib/known.ts'
import type { CommitSha } from '../../run/run.ts'
import type { FactCache, ObservedFact } from './fact-cache.ts'

/*
 * The failures for which a run was paused because the base has them, too. The run remembers them:
 * once the base is repaired, they are results of the time before, and a new one is waited for.
 */

/** The fact that a run is paused for these failures; none, if the step does not do that. */
export function toSharedFailuresFact(step: Step, facts: Facts): readonly ObservedFact[] {
  const comparison = getKnownValue(facts.base)
  if (step.kind !== 'end' || step.reason !== 'base_broken' || comparison === null) return []
  const { commit, shared } = comparison
  const failures = shared.map(({ app, name, id, completedAt }) => ({ app, name, id, completedAt }))
  const value = { commit, failures }
  return [{ kind: 'base_broken', commit, digest: hashJson(value), value }]
}

/** The failures of the head for which the run was paused last. */
export function readSharedFailures(cache: FactCache, head: CommitSha): readonly FailureIdentity[] {
  const [newest] = cache.list('base_broken', { commit: head })
  return newest === undefined ? [] : readFailureIdentities(newest)
}
