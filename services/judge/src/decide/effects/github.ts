import { findRerunTargets } from '../../ci/rerun-targets.ts'
import { getKnownValue } from '../../lib/known.ts'
import { getJudgedCommit, getPullRequest, type Situation } from '../situation.ts'
import type { PlannedEffect } from '../step.ts'
import { planEffect } from './plan-effect.ts'

/** What a waiting run asks GitHub for: a review of the head, and a re-run of what failed. */
export const planGithubRequests = (situation: Situation): readonly PlannedEffect[] => [
  ...planReviewRequest(situation),
  ...planCheckReruns(situation),
]

/** `@codex review`, once for each head, if no review has started by the time that policy sets. */
function planReviewRequest({ facts, now }: Situation): readonly PlannedEffect[] {
  const review = getKnownValue(facts.review)
  const pullRequest = getPullRequest(facts)
  const commit = getJudgedCommit(facts)
  const { repository } = facts.run.claims
  if (review?.kind !== 'pending' || review.requestAt === null || review.requestAt > now) return []
  if (pullRequest === null || commit === null || repository === null) return []
  const key = `review:${repository.toLowerCase()}#${pullRequest.number}@${commit}`
  if (facts.effects.some((effect) => effect.key === key)) return []
  const { number } = pullRequest
  return [planEffect({ kind: 'requestReview', key, repository, prNumber: number, commit })]
}

/**
 * One re-run of a commit's failed checks, where policy wants it and GitHub offers it: one effect
 * for each Actions run or check suite.
 */
function planCheckReruns({ facts, policy }: Situation): readonly PlannedEffect[] {
  const ci = getKnownValue(facts.ci)
  const { repository } = facts.run.claims
  if (ci?.kind !== 'failure' || !policy.ci.rerun_failed_once || repository === null) return []
  if (
    facts.effects.some(({ effect }) => effect.kind === 'rerunChecks' && effect.commit === ci.commit)
  )
    return []
  return findRerunTargets(ci.rerunnable).map(({ target, checks }) => {
    const id = target.kind === 'actions' ? `run-${target.workflowRunId}` : `suite-${target.suiteId}`
    const key = `rerun-ci:${repository.toLowerCase()}@${ci.commit}:${id}`
    const seen = checks.map(({ app, name, id, completedAt }) => ({ app, name, id, completedAt }))
    return planEffect(
      { kind: 'rerunChecks', key, repository, commit: ci.commit, target, checks: seen },
      { patience: policy.ci.wait },
    )
  })
}
