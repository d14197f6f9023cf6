import { evaluateGates } from '../gates/index.ts'
import { evaluateCouncil } from '../judge/council.ts'
import type { Instant } from '../lib/instant.ts'
import { getKnownValue } from '../lib/known.ts'
import { describeRecovery, type SharedCause } from '../run/shared-cause.ts'
import { planAsk } from './effects/ask.ts'
import { escalateToPerson } from './end-run.ts'
import type { Facts, RecordedEffect } from './facts.ts'
import { recoverRun } from './recover-run.ts'
import { findNewestDispatch, type Situation } from './situation.ts'
import { createStay, type Step } from './step.ts'
import { getVerdictSubject } from './verdict-subject.ts'

interface Probe<C extends SharedCause = SharedCause> {
  readonly cause: C
  /** When the run was chosen to try again. */
  readonly probedAt: Instant
  /** When the run is reconciled again if the cause is not over. */
  readonly pollAt: Instant
}

type CauseByKind<K extends SharedCause['kind']> = Extract<SharedCause, { kind: K }>

/**
 * What a run does that was chosen to find out, for all runs with the same cause, whether it is
 * over. It stays as it is until that is certain; a run that cannot tell, for example because its
 * pull request was merged, leaves it to the next one.
 */
export function decideProbe(situation: Situation, { cause, probedAt, pollAt }: Probe): Step {
  switch (cause.kind) {
    case 'system':
      return isSystemAway(situation, cause) ? createStay({ pollAt }) : recover(situation, cause)
    case 'base':
      return probeBase(situation, { cause, probedAt, pollAt })
    case 'model':
    case 'budget':
      return probeModel(situation, { cause, probedAt, pollAt })
    case 'dispatcher':
      return probeDispatcher(situation, { cause, probedAt, pollAt })
    case 'repository':
      return createStay({ pollAt })
    default:
      return cause satisfies never
  }
}

const recover = (situation: Situation, cause: SharedCause): Step =>
  recoverRun(situation, { because: describeRecovery(cause), recovers: true })

/** Everything that was read of an external system. */
const listReadings = ({
  repositoryPolicy,
  evidence,
  issue,
  issueState,
  change,
  ci,
  review,
  diff,
  base,
  completion,
  codeContext,
}: Facts) => [
  repositoryPolicy,
  evidence,
  issue,
  issueState,
  change,
  ci,
  review,
  diff,
  base,
  ...(completion === null ? [] : [completion]),
  ...(codeContext === null ? [] : [codeContext]),
]

const isUnreadable = (facts: Facts, system: CauseByKind<'system'>['system']): boolean =>
  listReadings(facts).some(
    (reading) => reading.kind === 'unreadable' && reading.source.system === system,
  ) ||
  (system === 'github' && facts.unreadCitations !== null)

/**
 * True if the system cannot be read, or if it answers but still not with what is needed. CI and
 * reviews are not answers of the system itself.
 */
function isSystemAway(
  { facts, policy, now }: Situation,
  { system }: CauseByKind<'system'>,
): boolean {
  if (isUnreadable(facts, system)) return true
  if (facts.run.completedAt === null || facts.run.unconfirmed) return false
  const [blocking] = evaluateGates(facts, policy, now).flatMap(({ result }) =>
    result.result === 'pass' ? [] : [result],
  )
  return (
    blocking?.result === 'wait' &&
    blocking.reasonIfLate === 'outage' &&
    blocking.away?.system === system &&
    blocking.wait.what !== 'ci' &&
    blocking.wait.what !== 'review'
  )
}

/**
 * The base is repaired if it is green. A run whose failures it does not have any more, or whose own
 * CI has changed, goes on alone: the others may fail for something else.
 */
function probeBase(situation: Situation, { cause, pollAt }: Probe<CauseByKind<'base'>>): Step {
  const { facts, policy, now } = situation
  const isBroken = evaluateGates(facts, policy, now).some(
    ({ result }) => result.result === 'refuse' && result.reason === 'base_broken',
  )
  if (isBroken || isUnreadable(facts, 'github')) return createStay({ pollAt })
  const base = getKnownValue(facts.base)
  if (base?.branch === cause.base && base.isGreen) return recover(situation, cause)
  const because =
    base?.branch === cause.base && base.shared.length === 0
      ? `The base ${cause.base} does not fail in this way any more.`
      : 'What CI says about the commit has changed.'
  return recoverRun(situation, { because, recovers: false })
}

/** Asks the model once more; its answer counts. A budget is tried in the same way. */
function probeModel(situation: Situation, probe: Probe<CauseByKind<'model' | 'budget'>>): Step {
  const { facts } = situation
  const { cause, probedAt, pollAt } = probe
  const ask = facts.effects.findLast(
    ({ effect, createdAt }) => effect.kind === 'ask' && effect.probe && createdAt >= probedAt,
  )
  if (ask === undefined) return askOnce(situation, probe)
  return isAnswered(ask, facts, cause) ? recover(situation, cause) : createStay({ pollAt })
}

function isAnswered(
  { state, failure, createdAt }: RecordedEffect,
  { verdicts }: Facts,
  cause: CauseByKind<'model' | 'budget'>,
): boolean {
  const isOverBudget = verdicts.some(
    ({ result, at }) => result.kind === 'budget' && at >= createdAt,
  )
  if (state === 'done') return !isOverBudget
  // A question that the model declined, or that the budget allowed, ends the cause as well.
  return state === 'failed' && (cause.kind === 'budget' || failure === 'refused')
}

function askOnce(
  { facts, policy, now }: Situation,
  { cause, pollAt }: Probe<CauseByKind<'model' | 'budget'>>,
): Step {
  const results = evaluateGates(facts, policy, now)
  const situation = { facts, policy, now, results }
  const subject = getVerdictSubject(facts)
  const isOpen = results.some(({ result }) => result.result !== 'pass')
  if (subject === null || isOpen || facts.unreadCitations !== null) return createStay({ pollAt })
  const answered = facts.verdicts.filter(
    ({ result }) => result.kind === 'valid' || result.kind === 'invalid',
  )
  const council = evaluateCouncil(answered, subject, policy.judge)
  if (cause.kind === 'model' && !policy.judge.models.includes(cause.model))
    return recover(situation, cause)
  const isAsked =
    council.kind === 'undecided' && (cause.kind === 'budget' || council.next.model === cause.model)
  // Another question comes first, for example because the head has moved.
  if (!isAsked) return createStay({ pollAt })
  if (facts.codeContext !== null && facts.codeContext.kind !== 'known')
    return createStay({ pollAt })
  const { effects, blobs } = planAsk(situation, subject, council.next)
  return createStay({
    pollAt,
    blobs,
    effects: effects.map((planned) => ({
      ...planned,
      patience: 0,
      effect: planned.effect.kind === 'ask' ? { ...planned.effect, probe: true } : planned.effect,
    })),
  })
}

/** Sends the run's own task once more. */
function probeDispatcher(
  situation: Situation,
  { cause, probedAt, pollAt }: Probe<CauseByKind<'dispatcher'>>,
): Step {
  const { facts } = situation
  const dispatch = findNewestDispatch(facts)
  if (dispatch === undefined || facts.dispatchOff !== null) return createStay({ pollAt })
  switch (dispatch.state) {
    case 'done':
      return recover(situation, cause)
    case 'failed':
    case 'skipped':
      if (dispatch.settledAt === null || dispatch.settledAt < probedAt)
        return createStay({ pollAt, retry: { effectId: dispatch.id, once: true } })
      return dispatch.failure === 'refused'
        ? keepOwnQuestion(situation, dispatch)
        : createStay({ pollAt })
    default:
      return createStay({ pollAt })
  }
}

/** The dispatcher answers again, but declines the task of this run. */
function keepOwnQuestion(situation: Situation, { because }: RecordedEffect): Step {
  const { run } = situation.facts
  const step = escalateToPerson(
    situation,
    {
      reason: 'dispatch_failed',
      because: `The next attempt could not be started: ${because ?? 'no cause is known'}.`,
      evidence: [],
      answer: null,
      mover: 'dispatch',
      cause: null,
    },
    run.causeReason,
  )
  return { ...step, recovers: true }
}
