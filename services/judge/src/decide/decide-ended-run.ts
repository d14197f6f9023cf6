import { formatUtc } from '../lib/instant.ts'
import { planReminder } from './effects/message.ts'
import { endRun, escalateToPerson } from './end-run.ts'
import type { OpenEscalation } from './facts.ts'
import { findNewestDispatch, type Situation } from './situation.ts'
import type { Step } from './step.ts'

/**
 * What to do with a run that has ended. Only a person moves it again, except in two cases: its next
 * attempt could not be started, or its question was not answered by the deadline. A question is
 * asked once more before its deadline.
 */
export function decideEndedRun(situation: Situation): Step {
  const { run, escalation } = situation.facts
  const dispatch = findNewestDispatch(situation.facts)
  if (run.status === 'needs_iteration' && dispatch?.state === 'failed')
    return escalateToPerson(
      situation,
      {
        reason: 'dispatch_failed',
        because: `The next attempt could not be started: ${dispatch.because ?? 'no cause is known'}.`,
        evidence: [],
        answer: null,
        mover: 'dispatch',
      },
      run.causeReason ?? run.reason,
    )
  if (run.status === 'needs_human' && escalation !== null) return awaitPerson(situation, escalation)
  return { kind: 'stay', pollAt: null, effects: [], reminded: false }
}

function awaitPerson(situation: Situation, { remindAt, deadline }: OpenEscalation): Step {
  const { facts, now } = situation
  if (now >= deadline)
    return endRun(
      situation,
      {
        reason: 'unanswered',
        because: `No one answered by ${formatUtc(deadline)}.`,
        evidence: [],
        answer: null,
        mover: 'silence',
      },
      { status: 'closed', causeReason: facts.run.causeReason ?? facts.run.reason },
    )
  if (remindAt !== null && now >= remindAt)
    return { kind: 'stay', pollAt: deadline, effects: planReminder(facts), reminded: true }
  const pollAt = remindAt !== null && remindAt < deadline ? remindAt : deadline
  return { kind: 'stay', pollAt, effects: [], reminded: false }
}
