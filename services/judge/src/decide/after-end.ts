import { iso } from '../lib/instant.ts'
import { end, toPerson } from './iterate.ts'
import { newestDispatch, type Situation } from './situation.ts'
import type { Step } from './step.ts'
import { reminderWish } from './wishes.ts'

/**
 * Ended means ended. Besides people, only two things still move such a run: its next attempt could
 * not be started, and nobody answered its question in time. The question is asked once more before
 * that.
 */
export function afterEnd(situation: Situation): Step {
  const { facts, now } = situation
  const { run, escalation } = facts
  const dispatched = newestDispatch(facts)
  if (run.status === 'needs_iteration' && dispatched?.state === 'failed') {
    const refusal = {
      reason: 'dispatch_failed',
      because: `The next attempt could not be started: ${dispatched.because ?? 'no reason was given'}.`,
      evidence: [],
      answer: null,
    } as const
    return toPerson(situation, refusal, run.causeReason ?? run.reason)
  }
  if (run.status !== 'needs_human' || escalation === null)
    return { kind: 'stay', lookAt: null, wishes: [], reminded: false }
  if (now >= escalation.deadline) {
    return end(
      situation,
      {
        reason: 'unanswered',
        because: `Nobody answered by ${iso(escalation.deadline)}.`,
        evidence: [],
        answer: null,
      },
      { status: 'closed', causeReason: run.causeReason ?? run.reason },
    )
  }
  const due = escalation.remindAt !== null && now >= escalation.remindAt
  const lookAt =
    escalation.remindAt !== null && !due && escalation.remindAt < escalation.deadline
      ? escalation.remindAt
      : escalation.deadline
  return { kind: 'stay', lookAt, wishes: due ? reminderWish(facts) : [], reminded: due }
}
