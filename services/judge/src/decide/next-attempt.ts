import type { VerdictAnswer } from '../judge/verdict.ts'
import { addMillis, type Millis } from '../lib/instant.ts'
import { getKnownValue } from '../lib/known.ts'
import { buildNextPrompt } from '../text/next-prompt.ts'
import { buildReviewContext } from '../text/review-context.ts'
import { collectBlockers } from './collect-blockers.ts'
import { buildDeliveryId } from './delivery-id.ts'
import type { DispatchTask } from './effect.ts'
import { planEffect } from './effects/plan-effect.ts'
import { getJudgedCommit, getPullRequest, type Situation } from './situation.ts'
import type { PlannedEffect } from './step.ts'

/** The next attempt's prompt: the original task, and everything that blocks the run now. */
export function composeNextPrompt(situation: Situation, answer: VerdictAnswer | null): string {
  const { facts } = situation
  const { attempt, claims } = facts.run
  const pullRequest = getPullRequest(facts)
  return buildNextPrompt({
    blockers: collectBlockers(situation, answer),
    task: claims.prompt,
    issue: getKnownValue(facts.issue),
    repository: claims.repository ?? 'unknown',
    issueNumber: claims.issueNumber ?? 0,
    branch: pullRequest?.headBranch ?? claims.branch,
    base: claims.base,
    attempt,
    commit: getJudgedCommit(facts),
    pullRequestUrl: pullRequest?.url ?? null,
  })
}

/**
 * The dispatch of the next attempt, after `wait`; nothing where the repository or the issue is not
 * known. The attempt's number is part of its identity, so that it is never dispatched twice.
 */
export function planDispatch(
  situation: Situation,
  { answer, prompt, wait }: { answer: VerdictAnswer | null; prompt: string; wait: Millis },
): readonly PlannedEffect[] {
  const { facts, policy, now } = situation
  const { claims } = facts.run
  if (claims.repository === null || claims.issueNumber === null) return []
  const issue = getKnownValue(facts.issue)
  const pullRequest = getPullRequest(facts)
  const task: DispatchTask = {
    deliveryId: buildDeliveryId(claims.repository, claims.issueNumber, facts.nextOrdinal),
    ordinal: facts.nextOrdinal,
    prompt,
    repository: claims.repository,
    base: claims.base ?? pullRequest?.baseBranch ?? 'main',
    head: pullRequest?.headBranch ?? claims.branch ?? '',
    issueNumber: claims.issueNumber,
    issueUrl: claims.issueUrl ?? issue?.url ?? '',
    issueTitle: issue?.title ?? claims.issueTitle ?? '',
    issueBody: issue?.body ?? claims.issueBody ?? '',
    sender: claims.sender ?? 'codex-judge',
    reviewContext: buildReviewContext(collectBlockers(situation, answer)),
    iterations: claims.iterations,
    iterationCycle: claims.iterationCycle,
    autonomous: claims.autonomous,
  }
  const patience = policy.attempts.dispatch_patience
  return [
    planEffect(
      { kind: 'dispatch', key: `dispatch:${task.deliveryId}`, task, notBefore: wait, patience },
      { notBefore: addMillis(now, wait), patience },
    ),
  ]
}
