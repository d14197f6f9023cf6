import type { NamedResult } from '../gates/index.ts'
import type { PullRequest } from '../github/snapshot.ts'
import type { Instant } from '../lib/instant.ts'
import type { Policy } from '../policy/policy.ts'
import type { CommitSha } from '../run/run.ts'
import type { Facts, RecordedEffect } from './facts.ts'

/** Everything one decision is made from. */
export interface Situation {
  readonly facts: Facts
  readonly policy: Policy
  readonly now: Instant
  /** Every gate's result, in order; empty for a run that is not judged now. */
  readonly results: readonly NamedResult[]
}

export function getPullRequest({ change }: Facts): PullRequest | null {
  return change.kind === 'known' && change.value.kind === 'pull_request'
    ? change.value.pullRequest
    : null
}

/**
 * The commit a decision is about: the pull request's head or, without a pull request, the branch's
 * head or its base. Null while that commit is not known.
 */
export function getJudgedCommit({ change }: Facts): CommitSha | null {
  if (change.kind !== 'known') return null
  if (change.value.kind === 'pull_request')
    return change.value.staleSince === null ? change.value.head : null
  return change.value.branchHead ?? change.value.baseHead ?? null
}

/**
 * The newest dispatch of a next attempt. A run that a person sent back may have older ones, which
 * no longer matter.
 */
export const findNewestDispatch = ({ effects }: Facts): RecordedEffect | undefined =>
  effects.findLast(({ effect }) => effect.kind === 'dispatch')
