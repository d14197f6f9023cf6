import { type CheckName, type EarlierResult, findFlakes } from '../../ci/find-flakes.ts'
import type { Check } from '../../github/snapshot.ts'
import { at, isObject, type Json } from '../../lib/json.ts'
import type { CommitSha } from '../../run/run.ts'
import type { FactCache } from './fact-cache.ts'

/**
 * The checks that failed on the head when the run was reconciled before, and pass now. The stored
 * facts tell, because GitHub shows only the newest result of a job that was run again.
 */
export const readFlakes = (
  cache: FactCache,
  { head, checks }: { readonly head: CommitSha; readonly checks: readonly Check[] },
): readonly CheckName[] =>
  findFlakes(
    checks,
    cache.list('ci', { commit: head }).flatMap((value) => readFailed(value)),
  )

/** The failed checks of a stored outcome. One of an older release lacks some of their fields. */
function readFailed(outcome: Readonly<Record<string, unknown>>): readonly EarlierResult[] {
  const failed = at(outcome as Json, 'failed')
  return (Array.isArray(failed) ? failed : []).flatMap((check: Json) =>
    isObject(check) && typeof check.name === 'string' && typeof check.kind === 'string'
      ? [{ workflow: null, workflowRunId: null, suiteId: null, ...check } as EarlierResult]
      : [],
  )
}
