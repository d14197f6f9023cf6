import { addMillis } from '../lib/instant.ts'
import { type Reason, reasons } from '../run/reasons.ts'
import { planResolvedComment } from './effects/comment.ts'
import { endRun } from './end-run.ts'
import { findNewestDispatch, type Situation } from './situation.ts'
import type { EndStep, WaitStep } from './step.ts'

/**
 * Moves a run on whose shared cause is over. It is judged again, with deadlines that start now. A
 * run that lacked only its dispatch gets that, and needs nothing else.
 *
 * `recovers` is true for the run that found out, which frees the others.
 */
export function recoverRun(
  situation: Situation,
  { because, recovers }: { readonly because: string; readonly recovers: boolean },
): WaitStep | EndStep {
  const { run } = situation.facts
  const retried = run.reason === 'dispatch_failed' ? toRetriedReason(run.causeReason) : null
  return retried === null
    ? judgeAgain(situation, { because, recovers, mover: 'recovery' })
    : dispatchAgain(situation, { reason: retried, because, recovers })
}

/** The reason for the attempt that could not be dispatched. */
const toRetriedReason = (reason: Reason | null): Reason | null =>
  reason !== null && reasons[reason].outcomes.some((outcome) => outcome === 'needs_iteration')
    ? reason
    : null

function dispatchAgain(
  situation: Situation,
  { reason, because, recovers }: { reason: Reason; because: string; recovers: boolean },
): EndStep {
  const dispatch = findNewestDispatch(situation.facts)
  const isOpen = dispatch?.state === 'failed' || dispatch?.state === 'skipped'
  return endRun(
    situation,
    {
      reason,
      because: `${reasons[reason].text} ${because}`,
      evidence: [],
      answer: null,
      mover: 'recovery',
    },
    {
      status: 'needs_iteration',
      causeReason: null,
      retry: isOpen ? { effectId: dispatch.id, once: false } : null,
      recovers,
    },
  )
}

/** Judges the run again, with deadlines that start now. */
export function judgeAgain(
  { facts, policy, now }: Situation,
  { because, recovers, mover }: Pick<WaitStep, 'because' | 'recovers' | 'mover'>,
): WaitStep {
  const isAnnounced = facts.run.completedAt === null
  const { completion, github } = policy.patience
  return {
    kind: 'wait',
    status: isAnnounced ? 'notified' : 'run_complete',
    mover,
    because,
    waitingFor: [],
    deadline: addMillis(now, isAnnounced ? completion : github),
    pollAt: now,
    effects: planResolvedComment(facts, { by: 'service', what: 'judged again', note: because }),
    blobs: [],
    recovers,
    results: [],
  }
}
