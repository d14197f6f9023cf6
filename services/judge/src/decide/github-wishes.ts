import { rerunTargets } from '../ci/rerun-targets.ts'
import { knownValue } from '../lib/known.ts'
import { judgedCommit, pullRequestOf, type Situation } from './situation.ts'
import type { Wish } from './step.ts'
import { wish } from './wishes.ts'

/**
 * What GitHub is asked to do while a run waits: to look at the head again, and to run once more
 * what failed.
 */
export const askedOfGithub = (situation: Situation): readonly Wish[] => [
  ...reviewRequest(situation),
  ...checkReruns(situation),
]

/** `@codex review`, once a head, where nothing has started by the time policy names. */
function reviewRequest({ facts, now }: Situation): readonly Wish[] {
  const review = knownValue(facts.review)
  const pullRequest = pullRequestOf(facts)
  const commit = judgedCommit(facts)
  const { repository } = facts.run.claims
  if (review?.kind !== 'pending' || review.requestAt === null || review.requestAt > now) return []
  if (pullRequest === null || commit === null || repository === null) return []
  const key = `review:${repository.toLowerCase()}#${pullRequest.number}@${commit}`
  if (facts.effects.some((effect) => effect.key === key)) return []
  return [wish({ kind: 'requestReview', key, repository, prNumber: pullRequest.number, commit })]
}

/**
 * The failed jobs of a commit are run once more, where policy says so and GitHub can: one wish for
 * each Actions run or suite.
 */
function checkReruns({ facts, policy }: Situation): readonly Wish[] {
  const ci = knownValue(facts.ci)
  const { repository } = facts.run.claims
  if (ci?.kind !== 'failure' || !policy.ci.rerun_failed_once || repository === null) return []
  if (
    facts.effects.some(({ effect }) => effect.kind === 'rerunChecks' && effect.commit === ci.commit)
  )
    return []
  return rerunTargets(ci.rerunnable).map(({ target, checks }) => {
    const id = target.kind === 'actions' ? `run-${target.workflowRunId}` : `suite-${target.suiteId}`
    const key = `rerun-ci:${repository.toLowerCase()}@${ci.commit}:${id}`
    const seen = checks.map(({ app, name, id, completedAt }) => ({ app, name, id, completedAt }))
    return wish(
      { kind: 'rerunChecks', key, repository, commit: ci.commit, target, checks: seen },
      { patience: policy.ci.wait },
    )
  })
}
