import type { NamedResult } from '../gates/index.ts'
import type { PullRequest } from '../github/snapshot.ts'
import type { Answer } from '../judge/verdict.ts'
import type { Instant } from '../lib/instant.ts'
import { knownValue } from '../lib/known.ts'
import type { Policy } from '../policy/policy.ts'
import type { CommitSha } from '../run/run.ts'
import type { Red } from '../text/blockers.ts'
import type { EffectSeen, Facts } from './facts.ts'

/** What one decision is made from, passed whole between its parts. */
export interface Situation {
  readonly facts: Facts
  readonly policy: Policy
  readonly now: Instant
  /** Empty for a run that is not judged now. */
  readonly results: readonly NamedResult[]
}

export function pullRequestOf({ change }: Facts): PullRequest | null {
  return change.kind === 'known' && change.value.kind === 'pull_request'
    ? change.value.pullRequest
    : null
}

/**
 * The commit a decision is about: the head; where nothing was changed, the base the branch equals.
 * Null: none can be named.
 */
export function judgedCommit({ change }: Facts): CommitSha | null {
  if (change.kind !== 'known') return null
  if (change.value.kind === 'pull_request')
    return change.value.staleSince === null ? change.value.head : null
  return change.value.branchHead ?? change.value.baseHead ?? null
}

/**
 * The newest wish for another attempt: a run that a person sent back may have older ones, which say
 * nothing of this one.
 */
export const newestDispatch = ({ effects }: Facts): EffectSeen | undefined =>
  effects.findLast(({ effect }) => effect.kind === 'dispatch')

export const redOf = ({ facts, results }: Situation, answer: Answer | null): Red => ({
  results,
  ci: knownValue(facts.ci),
  review: knownValue(facts.review),
  logs: facts.checkLogs,
  answer,
  attempts: facts.siblings,
})
