import { readFailedChecks } from '../../adapters/postgres/fact-rows.ts'
import { type CheckName, findFlakes } from '../../ci/find-flakes.ts'
import type { Check } from '../../github/snapshot.ts'
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
  findFlakes(checks, cache.list('ci', { commit: head }).flatMap(readFailedChecks))
