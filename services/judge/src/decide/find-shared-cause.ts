import type { UnreadableSource } from '../lib/known.ts'
import type { Reason } from '../run/reasons.ts'
import { type SharedCause, toScopeName } from '../run/shared-cause.ts'
import type { Facts } from './facts.ts'
import { getPullRequest } from './situation.ts'

/** The cause of a refusal that other runs of the repository meet, too; null: it is the run's own. */
export function findRepositoryCause(facts: Facts, reason: Reason): SharedCause | null {
  const { repository, base } = facts.run.claims
  if (repository === null) return null
  switch (reason) {
    case 'ci_missing':
    case 'review_missing':
    case 'policy_invalid':
      return { kind: 'repository', reason, repository }
    case 'base_broken': {
      const branch = getPullRequest(facts)?.baseBranch ?? base
      return branch === null ? null : { kind: 'base', repository, base: branch }
    }
    default:
      return null
  }
}

/** The cause of an outage; null where it is not known what is unavailable. */
export const toSystemCause = (
  { run }: Facts,
  away: UnreadableSource | undefined,
): SharedCause | null =>
  away === undefined
    ? null
    : {
        kind: 'system',
        system: away.system,
        scope: toScopeName(away.scope, run.claims.repository),
      }
