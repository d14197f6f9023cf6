import { expect, test } from 'vitest'
import { task } from '../../../../../test/effects/samples.ts'
import type { PersonAction } from '../../decide/decide-person-action.ts'
import type { Effect } from '../../decide/effect.ts'
import { createStay, type PlannedEffect, type Step } from '../../decide/step.ts'
import { toInstant } from '../../lib/instant.ts'
import { type ActionPlan, type PlanActionInput, planAction } from './plan-action.ts'

const now = toInstant('2026-11-21T10:00:00Z')

const plan = (effect: Effect): PlannedEffect => ({
  effect,
  notBefore: null,
  patience: 60_000,
  skip: null,
})
const asked = { by: 'octo', at: now }
const dispatch = plan({
  kind: 'dispatch',
  key: `dispatch:${task.deliveryId}`,
  task,
  notBefore: 0,
  patience: 60_000,
  asked,
})
const message = plan({
  kind: 'discord',
  key: 'discord:r1:resolved',
  channel: 'escalation',
  what: 'resolved',
  text: 'Resolved.',
  edits: null,
})
const stay = (...effects: readonly PlannedEffect[]): Step => createStay({ pollAt: now, effects })
const wait: Step = {
  kind: 'wait',
  status: 'run_complete',
  mover: 'person',
  because: 'octo asked to judge it again',
  waitingFor: [],
  deadline: now,
  pollAt: now,
  effects: [message],
  blobs: [],
  recovers: false,
  results: [],
}

const rerun: PersonAction = { kind: 'rerun', prompt: 'Again.', note: null }
const grant: PersonAction = { kind: 'grant', attempts: 2, usd: null }
const rejudge: PersonAction = { kind: 'rejudge' }

const planned = (
  action: PersonAction,
  step: Step,
  changes: Partial<PlanActionInput> & {
    readonly restartsRun?: boolean
    readonly grantedUsd?: number
  } = {},
): ActionPlan => {
  const { restartsRun = false, grantedUsd = 0, ...input } = changes
  return planAction({
    action,
    decided: { kind: 'step', step, restartsRun, grantedUsd },
    reason: 'ci_failed',
    causeReason: null,
    waitingDispatch: null,
    ...input,
  })
}

const nothing = {
  grantedAttempts: 0,
  grantedUsd: 0,
  nextPrompt: null,
  takeOver: null,
  withdrawsEffects: false,
  restartsRun: false,
  asksAgain: false,
  closesQuestion: null,
  addsHistoryEntry: false,
}
const requested = 'another attempt was requested'

test.each<[string, ActionPlan, Partial<ActionPlan>]>([
  [
    'another attempt is dispatched, its prompt is stored, and the question is closed',
    planned(rerun, stay(dispatch, message)),
    {
      step: stay(dispatch, message),
      nextPrompt: task.prompt,
      closesQuestion: requested,
      addsHistoryEntry: true,
    },
  ],
  [
    'an attempt that waits for its time is taken over with the new prompt, and no second one starts',
    planned(rerun, stay(dispatch, message), { waitingDispatch: 'e1' }),
    {
      step: createStay({ effects: [message] }),
      nextPrompt: task.prompt,
      takeOver: { effectId: 'e1', prompt: task.prompt, asked },
      closesQuestion: requested,
      addsHistoryEntry: true,
    },
  ],
  [
    'granted attempts are added, and a question about something else stays open',
    planned(grant, stay()),
    { step: stay(), grantedAttempts: 2, addsHistoryEntry: true },
  ],
  [
    'attempts granted to a run that has used all of them start the next one and close its question',
    planned(grant, stay(dispatch), { reason: 'attempts_exhausted' }),
    {
      step: stay(dispatch),
      grantedAttempts: 2,
      nextPrompt: task.prompt,
      closesQuestion: requested,
      addsHistoryEntry: true,
    },
  ],
  [
    'money granted to a run whose issue had none left starts the next attempt',
    planned(grant, stay(dispatch), { reason: 'budget_exhausted', grantedUsd: 4 }),
    {
      step: stay(dispatch),
      grantedAttempts: 2,
      grantedUsd: 4,
      nextPrompt: task.prompt,
      closesQuestion: requested,
      addsHistoryEntry: true,
    },
  ],
  [
    'a waiting attempt is left alone by an action that requests none',
    planned(grant, stay(), { waitingDispatch: 'e1' }),
    { step: stay(), grantedAttempts: 2, addsHistoryEntry: true },
  ],
  [
    'a run that is judged again withdraws what was planned, and starts from the beginning',
    planned(rejudge, wait, { restartsRun: true }),
    { step: wait, withdrawsEffects: true, restartsRun: true, asksAgain: true },
  ],
  [
    'an announced run whose completion is asked for again goes on waiting',
    planned(rejudge, wait),
    { step: wait, withdrawsEffects: true },
  ],
])('%s', (_guarantee, plan, expected) => {
  expect(plan).toEqual({ ...nothing, ...expected })
})

const resume: PersonAction = { kind: 'resume' }

test.each<[boolean, PersonAction, Partial<PlanActionInput>]>([
  [true, rejudge, { reason: 'ci_failed' }],
  [true, rejudge, { reason: null }],
  [true, resume, { reason: 'low_confidence' }],
  [true, resume, { reason: 'judge_split' }],
  [true, resume, { reason: 'injection_suspected' }],
  [true, resume, { reason: 'attempts_exhausted', causeReason: 'judge_rejected' }],
  [false, resume, { reason: 'budget_exhausted' }],
  [false, resume, { reason: 'judge_unavailable' }],
  [false, resume, { reason: 'stopped_by_person' }],
])('models are asked again (%s) after %j of a run with %j', (asksAgain, action, changes) => {
  expect(planned(action, wait, { ...changes, restartsRun: true }).asksAgain).toBe(asksAgain)
  expect(planned(action, wait, { ...changes, restartsRun: false }).asksAgain).toBe(false)
})
