import type { Instant } from '../lib/instant.ts'
import { getKnownValue } from '../lib/known.ts'
import type { OpenStatus } from '../run/lifecycle.ts'
import type { Signal, Wait, WaitKind, WaitTerms } from '../run/run.ts'
import { planStatus } from './effects/status.ts'
import { computeNextPoll } from './next-poll.ts'
import type { Situation } from './situation.ts'
import type { PlannedEffect, TextBlob, WaitStep } from './step.ts'

/** A wait, as the rule that demands it states it. */
export interface WaitPlan {
  readonly status: OpenStatus
  readonly because: string
  readonly wait: WaitTerms
  /** The next poll; where left out, it follows from the length of the wait. */
  readonly pollAt?: Instant
  readonly effects?: readonly PlannedEffect[]
  readonly blobs?: readonly TextBlob[]
}

/** Signals that can change the decision about a judged run, whatever it waits for. */
const alwaysRelevant: readonly Signal[] = ['head', 'pull_request', 'issue', 'completion', 'person']

/**
 * The step that makes a run wait. It adds what the other gates wait for, the time of the next poll
 * and the commit status. Every wait has a deadline and names the signals that would change it.
 */
export function planWait(situation: Situation, plan: WaitPlan): WaitStep {
  const { status, because, wait } = plan
  const waitingFor = [
    {
      ...wait,
      because,
      wouldChange: [...new Set([...wait.wouldChange, ...alwaysRelevant])],
    },
    ...collectOtherWaits(situation, wait.what),
  ]
  return {
    kind: 'wait',
    status,
    mover: 'wait',
    because,
    waitingFor,
    deadline: wait.deadline,
    pollAt: plan.pollAt ?? findNextPoll(situation, plan),
    effects: [
      ...(plan.effects ?? []),
      ...planStatus(situation, {
        status,
        reason: null,
        because: null,
        waitsFor: [displayNames[wait.what]],
        waitingFor,
        by: null,
      }),
    ],
    blobs: plan.blobs ?? [],
    recovers: false,
    results: situation.results,
  }
}

/** What the gates wait for besides `what`, each kind once. */
function collectOtherWaits({ results }: Situation, what: WaitKind): readonly Wait[] {
  const waits = new Map<WaitKind, Wait>()
  for (const { result } of results)
    if (result.result === 'wait' && result.wait.what !== what && !waits.has(result.wait.what))
      waits.set(result.wait.what, result.wait)
  return [...waits.values()]
}

/** The next poll, or the moment to request a review if that comes first. */
function findNextPoll({ facts, now }: Situation, { status, wait }: WaitPlan) {
  const { run } = facts
  const goesOn = run.status === status && run.waitingFor.some(({ what }) => what === wait.what)
  const pollAt = computeNextPoll({
    now,
    since: wait.since,
    deadline: wait.deadline,
    polls: goesOn ? facts.pollCount : 0,
    stretch: facts.pollStretch,
  })
  const review = getKnownValue(facts.review)
  const requestAt = review?.kind === 'pending' ? review.requestAt : null
  return requestAt !== null && requestAt > now && requestAt < pollAt ? requestAt : pollAt
}

/**
 * How a commit status names each wait; without times, so that it only changes when the wait does.
 */
const displayNames: Readonly<Record<WaitKind, string>> = {
  completion: 'the completion',
  pull_request: 'the pull request',
  commit: 'the commit',
  mergeability: "GitHub's merge check",
  ci: 'CI',
  review: 'the review',
  github: 'GitHub',
  artifacts: 'the artifacts',
  policy: "the repository's policy",
  issue: 'the issue',
  judge: 'the judge',
  citations: 'the files the judge cites',
  code: 'the code around the change',
}
