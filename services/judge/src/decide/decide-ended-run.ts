import { addMillis, formatUtc, type Millis } from '../lib/instant.ts'
import { decideProbe } from './decide-probe.ts'
import { planReminder } from './effects/message.ts'
import { endRun, escalateToPerson } from './end-run.ts'
import type { OpenEscalation, Release } from './facts.ts'
import { toSystemCause } from './find-shared-cause.ts'
import { followGithub, keepReconsidering } from './follow-github.ts'
import { recoverRun } from './recover-run.ts'
import { findNewestDispatch, type Situation } from './situation.ts'
import { createStay, type EndStep, type Step } from './step.ts'

/**
 * What to do with a run that has ended. Only a person moves it again, here or on GitHub, except in
 * three cases: its next attempt could not be started, its question was not answered by the
 * deadline, or the cause that it shares with other runs is over. A question is asked once more
 * before its deadline.
 */
export const decideEndedRun = (situation: Situation): Step =>
  followGithub(situation) ?? keepReconsidering(situation, decideByOwnState(situation))

function decideByOwnState(situation: Situation): Step {
  const { run, escalation, release } = situation.facts
  if (run.status === 'needs_iteration') return watchDispatch(situation)
  if (run.status !== 'needs_human') return createStay()
  if (release !== null) return followRelease(situation, release)
  // Without a question, a person has asked for another attempt.
  return escalation === null ? watchDispatch(situation) : awaitPerson(situation, escalation)
}

function followRelease(situation: Situation, { kind, because }: Release): Step {
  switch (kind) {
    case 'recovered':
      return recoverRun(situation, { because, recovers: false })
    case 'unanswered':
      return closeUnanswered(situation, because)
    case 'answered':
      return createStay()
    default:
      return kind satisfies never
  }
}

function watchDispatch(situation: Situation): Step {
  const { run, dispatchOff } = situation.facts
  const dispatch = findNewestDispatch(situation.facts)
  const isOff = dispatch?.state === 'skipped' && dispatchOff !== null
  if (dispatch?.state !== 'failed' && !isOff) return createStay()
  // A task that the dispatcher declined says nothing of other tasks.
  const isAway = isOff || (dispatch.failure !== null && dispatch.failure !== 'refused')
  const system = toSystemCause(situation.facts, dispatch.unreadable ?? undefined)
  return escalateToPerson(
    situation,
    {
      reason: 'dispatch_failed',
      because: `The next attempt could not be started: ${dispatch.because ?? 'no cause is known'}.`,
      evidence: [],
      answer: null,
      mover: 'dispatch',
      cause: isAway ? (system ?? { kind: 'dispatcher' }) : null,
    },
    run.causeReason ?? run.reason,
  )
}

function awaitPerson(situation: Situation, escalation: OpenEscalation): Step {
  const { facts, now } = situation
  const { remindAt, deadline, shared } = escalation
  if (shared !== null) {
    const next = { pollAt: deadline > now ? deadline : addMillis(now, SHARED_POLL_MS) }
    return shared.probedAt === null
      ? createStay(next)
      : decideProbe(situation, { cause: shared.cause, probedAt: shared.probedAt, ...next })
  }
  if (now >= deadline)
    return closeUnanswered(situation, `No one answered by ${formatUtc(deadline)}.`)
  if (remindAt !== null && now >= remindAt)
    return createStay({ pollAt: deadline, effects: planReminder(facts), reminded: true })
  return createStay({ pollAt: remindAt !== null && remindAt < deadline ? remindAt : deadline })
}

/** How soon a run looks again for the end of a shared escalation that should be over. */
const SHARED_POLL_MS: Millis = 60_000

const closeUnanswered = (situation: Situation, because: string): EndStep =>
  endRun(
    situation,
    { reason: 'unanswered', because, evidence: [], answer: null, mover: 'silence' },
    {
      status: 'closed',
      causeReason: situation.facts.run.causeReason ?? situation.facts.run.reason,
    },
  )
