import { computeGrant } from '../judge/budget.ts'
import { addMillis, type Instant } from '../lib/instant.ts'
import { formatUsd } from '../lib/text.ts'
import { isOpen } from '../run/lifecycle.ts'
import { appendNote } from '../text/next-prompt.ts'
import { planResolvedComment } from './effects/comment.ts'
import { planResolvedMessage } from './effects/message.ts'
import { type Conclusion, endAfterRefusal, endRun, escalateToPerson } from './end-run.ts'
import { isReopenable } from './follow-github.ts'
import { composeNextPrompt, planDispatch } from './next-attempt.ts'
import { findNewestDispatch, type Situation } from './situation.ts'
import { createStay, type StayStep, type Step, type WaitStep } from './step.ts'

/** What a person may do to a run (docs/contract.md, "Actions"). */
export type PersonAction =
  | { readonly kind: 'rejudge' }
  | { readonly kind: 'rerun'; readonly prompt: string | null; readonly note: string | null }
  | {
      readonly kind: 'override'
      readonly outcome: 'completed' | 'needs_human' | 'closed'
      readonly reason: string
    }
  | { readonly kind: 'stop'; readonly reason: string }
  | { readonly kind: 'resume' }
  /** `usd` null: as much as the attempts may spend, if money was what was missing. */
  | { readonly kind: 'grant'; readonly attempts: number; readonly usd: number | null }

export interface PersonActionInput {
  readonly action: PersonAction
  readonly actor: string
  /** Another open run of the issue, if there is one. */
  readonly openSibling: string | null
  /** The prompt that was stored for the next attempt. */
  readonly storedPrompt: string | null
}

export type RefusedAction = { readonly kind: 'refused'; readonly because: string }
export type ActionStep = {
  readonly kind: 'step'
  readonly step: Step
  /** True if the run is judged again from the beginning. */
  readonly restartsRun: boolean
  /** What the person adds to the budget of the issue, in USD. */
  readonly grantedUsd: number
}

/**
 * The step that a person's action leads to, or why the run's state does not allow the action. Pure,
 * like `decide`.
 */
export function decidePersonAction(
  situation: Situation,
  input: PersonActionInput,
): RefusedAction | ActionStep {
  const { action } = input
  switch (action.kind) {
    case 'rejudge':
      return rejudge(situation, input)
    case 'resume':
      return resume(situation, input)
    case 'stop':
      return stop(situation, input, action.reason)
    case 'override':
      return override(situation, input, action)
    case 'rerun':
      return rerun(situation, input, action)
    case 'grant':
      return grant(situation, input, action)
    default:
      return action satisfies never
  }
}

const refuse = (because: string): RefusedAction => ({ kind: 'refused', because })
const take = (step: Step): ActionStep => ({
  kind: 'step',
  step,
  restartsRun: false,
  grantedUsd: 0,
})
const restart = (step: Step): ActionStep => ({ ...take(step), restartsRun: true })

function rejudge(situation: Situation, { actor }: PersonActionInput): RefusedAction | ActionStep {
  const { status } = situation.facts.run
  if (status === 'notified') return take(planPoll(situation, `${actor} asked to check again`))
  return isUndecided(situation)
    ? restart(planRestart(situation, actor, `${actor} asked to judge the run again`))
    : refuse(`A run that is ${status} cannot be judged again.`)
}

function resume(situation: Situation, { actor }: PersonActionInput): RefusedAction | ActionStep {
  const { facts } = situation
  const { status, reason } = facts.run
  if (isReopenable(facts.run) && facts.hasNewerRun)
    return refuse('A newer run of the issue took its place.')
  const wasStopped = status === 'closed' && reason === 'stopped_by_person'
  return status === 'needs_human' || wasStopped || isReopenable(facts.run)
    ? restart(planRestart(situation, actor, `${actor} resumed the run`))
    : refuse(
        `Only a run that a person must decide on, has stopped, or has closed can be resumed; this one is ${status}.`,
      )
}

function stop(
  situation: Situation,
  { actor }: PersonActionInput,
  because: string,
): RefusedAction | ActionStep {
  return isUndecided(situation)
    ? take(endAfterRefusal(situation, concludeByPerson('stopped_by_person', because, actor)))
    : refuse(`A run that is ${situation.facts.run.status} cannot be stopped.`)
}

function override(
  situation: Situation,
  { actor }: PersonActionInput,
  { outcome, reason }: Extract<PersonAction, { kind: 'override' }>,
): RefusedAction | ActionStep {
  if (situation.facts.run.status === 'superseded')
    return refuse('A superseded run cannot be overridden: a newer one took over.')
  const conclusion = concludeByPerson('decided_by_person', reason, actor)
  return take(
    outcome === 'needs_human'
      ? escalateToPerson(situation, conclusion, null)
      : endRun(situation, conclusion, { status: outcome, causeReason: null }),
  )
}

function rerun(
  situation: Situation,
  input: PersonActionInput,
  attempt: NextAttempt,
): RefusedAction | ActionStep {
  const { status, claims } = situation.facts.run
  if (isOpen(status) || status === 'superseded')
    return refuse(`Only an ended run can be followed by another attempt; this one is ${status}.`)
  if (claims.repository === null || claims.issueNumber === null)
    return refuse('It is not known which issue another attempt should work on.')
  // An attempt that the issue cannot pay for is paid for by the person who asks for it.
  return addMoney(
    startNextAttempt(situation, input, attempt),
    isOutOfMoney(situation) ? computeGrant(situation.facts.money, toGrant(situation, 1)) : 0,
  )
}

/**
 * A run that ended for lack of attempts or money goes on at once: with the next attempt or, if only
 * the models could not be paid, with their judgement. For any other run, the operation adds to what
 * the issue may use, where an open run finds it when it needs it.
 */
function grant(
  situation: Situation,
  input: PersonActionInput,
  { attempts, usd }: Extract<PersonAction, { kind: 'grant' }>,
): RefusedAction | ActionStep {
  const { run, escalation, money } = situation.facts
  if (isOutOfMoney(situation)) {
    if (escalation?.shared?.cause.kind === 'budget')
      return refuse(
        'The budget of the repository for the day is used up, which no grant for one issue raises. ' +
          'Raise budget.repository_day_usd, or wait for the next day (UTC).',
      )
    const added = usd ?? computeGrant(money, toGrant(situation, attempts))
    return addMoney(
      run.causeReason === null
        ? restart(
            planRestart(situation, input.actor, `${input.actor} granted ${formatUsd(added)} more`),
          )
        : startNextAttempt(situation, input, { prompt: null, note: null }),
      added,
    )
  }
  if (run.status === 'needs_human' && run.reason === 'attempts_exhausted')
    return addMoney(startNextAttempt(situation, input, { prompt: null, note: null }), usd ?? 0)
  const pollAt = isOpen(run.status)
    ? situation.now
    : (escalation?.remindAt ?? escalation?.deadline ?? null)
  return addMoney(take(createStay({ pollAt })), usd ?? 0)
}

const isOutOfMoney = ({ facts: { run } }: Situation): boolean =>
  run.status === 'needs_human' && run.reason === 'budget_exhausted'

const toGrant = ({ policy }: Situation, attempts: number) => ({ budget: policy.budget, attempts })

const addMoney = (
  acted: RefusedAction | ActionStep,
  grantedUsd: number,
): RefusedAction | ActionStep => (acted.kind === 'refused' ? acted : { ...acted, grantedUsd })

function startNextAttempt(
  situation: Situation,
  input: PersonActionInput,
  attempt: NextAttempt,
): RefusedAction | ActionStep {
  const { dispatchOff } = situation.facts
  if (dispatchOff !== null) return refuse(`No attempt can be started: ${dispatchOff}.`)
  return input.openSibling === null
    ? take(planNextAttempt(situation, input, attempt))
    : refuse('Another attempt of the issue is still open.')
}

/** True while a person's decision can still change what becomes of the run's work. */
function isUndecided({ facts }: Situation): boolean {
  const { status } = facts.run
  if (isOpen(status) || status === 'needs_human') return true
  return status === 'needs_iteration' && findNewestDispatch(facts)?.state !== 'done'
}

const concludeByPerson = (
  reason: Conclusion['reason'],
  because: string,
  actor: string,
): Conclusion => ({ reason, because, evidence: [], answer: null, by: actor, mover: 'person' })

/**
 * Judges the run again from the beginning, with new evidence and new deadlines. A run whose
 * completion never came goes back to waiting for it.
 */
function planRestart(situation: Situation, by: string, because: string): WaitStep {
  const { facts, policy, now } = situation
  const isAnnounced = facts.run.completedAt === null
  const { completion, github } = policy.patience
  return {
    ...planPersonWait(now, because),
    status: isAnnounced ? 'notified' : 'run_complete',
    deadline: addMillis(now, isAnnounced ? completion : github),
    effects: [
      ...planResolvedMessage(facts, { by, what: 'judged again', note: null }),
      ...planResolvedComment(facts, { by, what: 'judged again', note: null }),
    ],
  }
}

/** An announced run is not judged: it keeps waiting as before, and is reconciled at once. */
function planPoll({ facts: { run }, policy, now }: Situation, because: string): WaitStep {
  const deadline = addMillis(run.statusSince, policy.patience.completion)
  return {
    ...planPersonWait(now, because),
    status: 'notified',
    waitingFor: run.waitingFor,
    deadline: deadline > now ? deadline : now,
  }
}

const planPersonWait = (now: Instant, because: string) =>
  ({
    kind: 'wait',
    mover: 'person',
    because,
    waitingFor: [],
    pollAt: now,
    effects: [],
    blobs: [],
    recovers: false,
    results: [],
  }) as const satisfies Partial<WaitStep>

interface NextAttempt {
  readonly prompt: string | null
  readonly note: string | null
}

/**
 * Another attempt, at once and whatever the limit of attempts. The run stays as it is until the new
 * attempt reports and supersedes it.
 */
function planNextAttempt(
  situation: Situation,
  { actor, storedPrompt }: PersonActionInput,
  { prompt, note }: NextAttempt,
): StayStep {
  const asked = { by: actor, at: situation.now }
  const text = prompt ?? storedPrompt ?? composeNextPrompt(situation, null)
  const dispatch = planDispatch(situation, {
    answer: null,
    prompt: appendNote(text, note),
    wait: 0,
  }).map((planned) => ({ ...planned, notBefore: null, effect: { ...planned.effect, asked } }))
  const resolution = { by: actor, what: 'another attempt was requested', note }
  const resolved = [
    ...planResolvedMessage(situation.facts, resolution),
    ...planResolvedComment(situation.facts, resolution),
  ]
  return createStay({ effects: [...dispatch, ...resolved] })
}
