import type { ActionStep, PersonAction } from '../../decide/decide-person-action.ts'
import type { EffectByKind } from '../../decide/effect.ts'
import { createStay, type PlannedEffect, type Step } from '../../decide/step.ts'
import type { Reason } from '../../run/reasons.ts'

/** A dispatch that a person makes their own. */
export interface DispatchTakeOver {
  readonly effectId: string
  readonly prompt: string
  readonly asked: EffectByKind<'dispatch'>['asked']
}

/** Everything that a person's action writes. The order of the writes is that of `applyAction`. */
export interface ActionPlan {
  /** The step to commit, before secrets are masked. */
  readonly step: Step
  /** Attempts to add to those of the issue; 0: none. */
  readonly grantedAttempts: number
  /** Money to add to the budget of the issue, in USD; 0: none. */
  readonly grantedUsd: number
  /** The prompt of the next attempt, to be stored on the run; null: it has none. */
  readonly nextPrompt: string | null
  /** The dispatch that gets this prompt and is sent at once; null: there is none to take over. */
  readonly takeOver: DispatchTakeOver | null
  /** True if effects that the earlier decision planned, and that have not begun, are withdrawn. */
  readonly withdrawsEffects: boolean
  /** True if the run is judged again from the beginning. */
  readonly restartsRun: boolean
  /** True if what models answered is asked again, although the question may be the same. */
  readonly asksAgain: boolean
  /** Why the open question of a run that stays as it is is closed; null: it stays open. */
  readonly closesQuestion: string | null
  /** True if the action gets its own history entry, because the step changes no status. */
  readonly addsHistoryEntry: boolean
}

export interface PlanActionInput {
  readonly action: PersonAction
  readonly decided: ActionStep
  /** The reason of the run's present status, and the one beneath it. */
  readonly reason: Reason | null
  readonly causeReason: Reason | null
  /** The id of a dispatch of the issue that waits for its time; null: there is none. */
  readonly waitingDispatch: string | null
}

/**
 * Turns the step that a person's action was decided to take into what is written. An attempt that
 * was going to start later is taken over by the person who wants it: it keeps its number, and gets
 * the new prompt instead of a second dispatch.
 */
export function planAction({
  action,
  decided,
  reason,
  causeReason,
  waitingDispatch,
}: PlanActionInput): ActionPlan {
  const dispatch = findDispatch(decided.step.effects)
  const nextPrompt = dispatch?.task.prompt ?? null
  const takeOver =
    dispatch === undefined || waitingDispatch === null
      ? null
      : { effectId: waitingDispatch, prompt: dispatch.task.prompt, asked: dispatch.asked }
  const step = takeOver === null ? decided.step : stayWithoutDispatch(decided.step.effects)
  const requestsAttempt =
    action.kind === 'rerun' ||
    (action.kind === 'grant' && (reason === 'attempts_exhausted' || reason === 'budget_exhausted'))
  return {
    step,
    grantedAttempts: action.kind === 'grant' ? action.attempts : 0,
    grantedUsd: decided.grantedUsd,
    nextPrompt,
    takeOver,
    withdrawsEffects: step.kind !== 'stay',
    restartsRun: decided.restartsRun,
    asksAgain: decided.restartsRun && wantsNewAnswers(action, reason, causeReason),
    closesQuestion:
      step.kind === 'stay' && requestsAttempt ? 'another attempt was requested' : null,
    addsHistoryEntry: step.kind === 'stay',
  }
}

/** The reasons that models' answers gave: a person who goes on from there wants other answers. */
const judgedReasons: ReadonlySet<Reason> = new Set<Reason>([
  'judge_rejected',
  'judge_split',
  'low_confidence',
  'injection_suspected',
])

const wantsNewAnswers = (action: PersonAction, ...reasons: readonly (Reason | null)[]): boolean =>
  action.kind === 'rejudge' ||
  reasons.some((reason) => reason !== null && judgedReasons.has(reason))

const findDispatch = (effects: readonly PlannedEffect[]): EffectByKind<'dispatch'> | undefined =>
  effects.map(({ effect }) => effect).find((effect) => effect.kind === 'dispatch')

const stayWithoutDispatch = (effects: readonly PlannedEffect[]): Step =>
  createStay({ effects: effects.filter(({ effect }) => effect.kind !== 'dispatch') })
