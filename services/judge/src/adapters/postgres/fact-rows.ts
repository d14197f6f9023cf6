import type { Check } from '../../github/snapshot.ts'
import { toInstant } from '../../lib/instant.ts'
import { asText, at, isObject, type Json } from '../../lib/json.ts'

/* What facts that an earlier reconciliation stored say about checks. */

type FactValue = Readonly<Record<string, unknown>>
type StoredCheck = Pick<
  Check,
  'kind' | 'name' | 'app' | 'workflow' | 'workflowRunId' | 'suiteId' | 'state'
>
type StoredFailure = Pick<Check, 'app' | 'name' | 'id' | 'completedAt'>

/** The failed checks of a stored CI outcome. One of an older release lacks some of their fields. */
export const readFailedChecks = (outcome: FactValue): readonly StoredCheck[] =>
  listEntries(outcome, 'failed').flatMap((check) =>
    isObject(check) && asText(check.name) !== null && asText(check.kind) !== null
      ? [{ workflow: null, workflowRunId: null, suiteId: null, ...check } as StoredCheck]
      : [],
  )

/** The failures of a stored fact that name results of checks. */
export const readFailureIdentities = (fact: FactValue): readonly StoredFailure[] =>
  listEntries(fact, 'failures').flatMap((failure) => {
    const [id, completedAt] = [at(failure, 'id'), at(failure, 'completedAt')]
    if (typeof id !== 'number') return []
    return [
      {
        app: asText(at(failure, 'app')) ?? '',
        name: asText(at(failure, 'name')) ?? '',
        id,
        completedAt: typeof completedAt === 'number' ? toInstant(completedAt) : null,
      },
    ]
  })

function listEntries(fact: FactValue, key: string): readonly Json[] {
  const entries = at(fact as Json, key)
  return Array.isArray(entries) ? (entries as readonly Json[]) : []
}
