import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  createAcceptedFacts,
  createRecordedEffect,
  createRun,
  escalation,
  head,
  now,
  shipped,
} from '../../../../test/harness/accepted-facts.ts'
import { anyFactsWith } from '../../../../test/harness/arbitrary-facts.ts'
import { task } from '../../../../test/harness/arbitrary-state.ts'
import { notYet } from '../lib/known.ts'
import { isOpen, type Status, statuses } from '../run/lifecycle.ts'
import type { Reason } from '../run/reasons.ts'
import {
  type ActionStep,
  decidePersonAction,
  type PersonAction,
  type RefusedAction,
} from './decide-person-action.ts'
import type { EffectState } from './effect.ts'
import type { Facts } from './facts.ts'
import { createStay } from './step.ts'

const nothing = notYet('not observed', now)
const unobserved = {
  change: nothing,
  ci: nothing,
  review: nothing,
  diff: nothing,
  issue: nothing,
  verdicts: [],
}
const createDispatch = (state: EffectState) =>
  createRecordedEffect(
    { kind: 'dispatch', key: 'dispatch:x', task, notBefore: 0, patience: 1 },
    { state },
  )

/** A run in this state; a run sent back has a dispatch in this state. */
interface State {
  readonly status: Status
  readonly reason: Reason | null
  readonly dispatched?: EffectState
}
const createFacts = ({ status, reason, dispatched }: State, over: Partial<Facts> = {}): Facts =>
  createAcceptedFacts({
    ...unobserved,
    run: createRun({ status, reason }),
    effects: dispatched === undefined ? [] : [createDispatch(dispatched)],
    ...over,
  })
function decideAction(
  state: State,
  action: PersonAction,
  more: { openSibling?: string; storedPrompt?: string; facts?: Partial<Facts> } = {},
) {
  return decidePersonAction(
    { facts: createFacts(state, more.facts), policy: shipped, now, results: [] },
    {
      action,
      actor: 'ada',
      openSibling: more.openSibling ?? null,
      storedPrompt: more.storedPrompt ?? null,
    },
  )
}

const states: readonly (readonly [string, State])[] = [
  ['notified', { status: 'notified', reason: null }],
  ['run_complete', { status: 'run_complete', reason: null }],
  ['waiting_for_ci', { status: 'waiting_for_ci', reason: null }],
  ['waiting_for_review', { status: 'waiting_for_review', reason: null }],
  ['judging', { status: 'judging', reason: null }],
  ['completed', { status: 'completed', reason: 'accepted' }],
  [
    'sent back, not accepted',
    { status: 'needs_iteration', reason: 'ci_failed', dispatched: 'pending' },
  ],
  ['sent back, refused', { status: 'needs_iteration', reason: 'ci_failed', dispatched: 'failed' }],
  ['sent back, accepted', { status: 'needs_iteration', reason: 'ci_failed', dispatched: 'done' }],
  ['needs_human', { status: 'needs_human', reason: 'low_confidence' }],
  ['exhausted', { status: 'needs_human', reason: 'attempts_exhausted' }],
  ['stopped', { status: 'closed', reason: 'stopped_by_person' }],
  ['merged', { status: 'closed', reason: 'merged_by_person' }],
  ['superseded', { status: 'superseded', reason: 'newer_run' }],
]
const open = ['notified', 'run_complete', 'waiting_for_ci', 'waiting_for_review', 'judging']
const undecided = [
  ...open,
  'sent back, not accepted',
  'sent back, refused',
  'needs_human',
  'exhausted',
]
const ended = states
  .map(([name]) => name)
  .filter((name) => !open.includes(name) && name !== 'superseded')
const all = states.map(([name]) => name)

/* docs/contract.md, "Actions", row by row. */
const rows: readonly (readonly [string, PersonAction, readonly string[]])[] = [
  ['rejudge', { kind: 'rejudge' }, undecided],
  ['rerun', { kind: 'rerun', prompt: 'again', note: null }, ended],
  [
    'override to completed',
    { kind: 'override', outcome: 'completed', reason: 'r' },
    [...open, ...ended],
  ],
  [
    'override to needs_human',
    { kind: 'override', outcome: 'needs_human', reason: 'r' },
    [...open, ...ended],
  ],
  ['override to closed', { kind: 'override', outcome: 'closed', reason: 'r' }, [...open, ...ended]],
  ['stop', { kind: 'stop', reason: 'r' }, undecided],
  ['resume', { kind: 'resume' }, ['needs_human', 'exhausted', 'stopped']],
  ['grant', { kind: 'grant', attempts: 1, usd: null }, all],
]
const table = rows.flatMap(([name, act, allowed]) =>
  states.map(([state, of]) => [name, state, act, of, allowed.includes(state)] as const),
)
test.each(table)('%s of a run that is %s', (_name, _state, act, of, allowed) => {
  expect(decideAction(of, act).kind).toBe(allowed ? 'step' : 'refused')
})

function requireStep(acted: RefusedAction | ActionStep): ActionStep {
  if (acted.kind === 'refused') throw new Error(acted.because)
  return acted
}

test('no attempt is started while another one of the issue is open', () => {
  const exhausted = { status: 'needs_human', reason: 'attempts_exhausted' } as const
  for (const act of [
    { kind: 'rerun', prompt: null, note: null },
    { kind: 'grant', attempts: 1, usd: null },
  ] as const)
    expect(decideAction(exhausted, act, { openSibling: 'other' }).kind).toBe('refused')
})

test('resume and rejudge collect everything again at once and reset every count', () => {
  const paused = { status: 'needs_human', reason: 'judge_unavailable' } as const
  for (const act of [{ kind: 'resume' }, { kind: 'rejudge' }] as const)
    expect(requireStep(decideAction(paused, act))).toMatchObject({
      restartsRun: true,
      step: { kind: 'wait', status: 'run_complete', pollAt: now, waitingFor: [] },
    })
})

test('rejudging an announced run keeps it announced and reconciles it at once', () => {
  expect(
    requireStep(decideAction({ status: 'notified', reason: null }, { kind: 'rejudge' })),
  ).toMatchObject({
    restartsRun: false,
    step: { kind: 'wait', status: 'notified', pollAt: now },
  })
})

test('an open run that stays open after an action is always reconciled again', () => {
  const actions: readonly PersonAction[] = rows.map(([, action]) => action)
  fc.assert(
    fc.property(anyFactsWith(), fc.constantFrom(...actions), (facts, action) => {
      const acted = decidePersonAction(
        { facts, policy: shipped, now, results: [] },
        { action, actor: 'ada', openSibling: null, storedPrompt: null },
      )
      if (acted.kind === 'refused' || !isOpen(facts.run.status)) return
      if (acted.step.kind !== 'end') expect(acted.step.pollAt).not.toBeNull()
    }),
  )
})

test('a person’s decision sets the status of the judged commit, replaces the memories and reports a success', () => {
  const sent = createRecordedEffect(
    {
      kind: 'discord',
      key: 'discord:run:escalation:3',
      channel: 'escalation',
      what: 'escalation',
      text: '',
      edits: null,
    },
    { state: 'done' },
  )
  const paused = { status: 'needs_human', reason: 'low_confidence' } as const
  const overrideAs = (outcome: 'completed' | 'needs_human' | 'closed') => {
    const { step } = requireStep(
      decideAction(
        paused,
        { kind: 'override', outcome, reason: 'Looks right.' },
        { facts: { escalation, effects: [sent] } },
      ),
    )
    expect(step).toMatchObject({ kind: 'end', status: outcome, reason: 'decided_by_person' })
    return step.effects.map(({ effect, skip }) => {
      expect(skip).toBeNull()
      if (effect.kind === 'status')
        return `status ${effect.state} of ${effect.commit === head ? 'the head' : effect.commit}`
      return effect.kind === 'discord'
        ? `${effect.what} in ${effect.channel}, edits ${effect.edits}`
        : effect.kind
    })
  }
  const settled = 'settled in escalation, edits discord:run:escalation:3'
  expect(overrideAs('completed')).toEqual([
    settled,
    'status success of the head',
    'remember',
    'completed in success, edits null',
  ])
  expect(overrideAs('needs_human')).toEqual([
    settled,
    'comment',
    'status error of the head',
    'remember',
    'escalation in escalation, edits null',
  ])
  expect(overrideAs('closed')).toEqual([settled])
})

test('every answer that resolves a question edits the message that asked it, even while that is still being sent', () => {
  const asking = {
    kind: 'discord',
    key: 'discord:run:escalation:3',
    channel: 'escalation',
    what: 'escalation',
    text: '',
    edits: null,
  } as const
  const exhausted = { status: 'needs_human', reason: 'attempts_exhausted' } as const
  const acts: readonly PersonAction[] = [
    { kind: 'rerun', prompt: null, note: 'Use a queue.' },
    { kind: 'resume' },
    { kind: 'rejudge' },
    { kind: 'grant', attempts: 1, usd: null },
    { kind: 'stop', reason: 'enough' },
  ]
  const sent = (['done', 'unknown', 'pending'] as const).map((state) =>
    createRecordedEffect(asking, { state }),
  )
  for (const [act, message] of acts.flatMap((act) =>
    sent.map((message) => [act, message] as const),
  )) {
    const { step } = requireStep(
      decideAction(exhausted, act, { facts: { escalation, effects: [message] } }),
    )
    const edits = step.effects.flatMap(({ effect }) => (effect.kind === 'discord' ? [effect] : []))
    expect([act.kind, edits]).toMatchObject([
      act.kind,
      [{ edits: 'discord:run:escalation:3', text: expect.stringContaining('by ada') }],
    ])
  }
})

test('stop closes a run and reports it nowhere', () => {
  const { step } = requireStep(
    decideAction({ status: 'waiting_for_ci', reason: null }, { kind: 'stop', reason: 'enough' }),
  )
  expect(step).toMatchObject({
    kind: 'end',
    status: 'closed',
    reason: 'stopped_by_person',
    because: 'enough',
    effects: [],
  })
})

test('another attempt is dispatched at once, with the person’s prompt or else the stored one', () => {
  const paused = { status: 'needs_human', reason: 'no_progress' } as const
  const prompt = (act: PersonAction, storedPrompt?: string) => {
    const { step } = requireStep(
      decideAction(paused, act, storedPrompt === undefined ? {} : { storedPrompt }),
    )
    const [only, ...others] = step.effects
    expect(others).toEqual([])
    expect(only?.notBefore).toBeNull()
    return only?.effect.kind === 'dispatch' ? only.effect.task.prompt : null
  }
  expect(prompt({ kind: 'rerun', prompt: 'Do it otherwise.', note: null }, 'stored')).toBe(
    'Do it otherwise.',
  )
  expect(prompt({ kind: 'rerun', prompt: null, note: null }, 'stored')).toBe('stored')
  expect(prompt({ kind: 'rerun', prompt: null, note: 'Use a queue.' }, 'stored')).toBe(
    'stored\n\n## Note from a person\n\nUse a queue.\n',
  )
  expect(prompt({ kind: 'rerun', prompt: null, note: null })).toContain(
    createRun().claims.prompt ?? 'none',
  )
})

test('granting attempts starts the next one only if the run ended for lack of attempts', () => {
  const exhausted = requireStep(
    decideAction(
      { status: 'needs_human', reason: 'attempts_exhausted' },
      { kind: 'grant', attempts: 2, usd: null },
    ),
  )
  expect(exhausted.step.effects.map(({ effect }) => effect.kind)).toEqual(['dispatch'])
  const asking = requireStep(
    decideAction(
      { status: 'needs_human', reason: 'low_confidence' },
      { kind: 'grant', attempts: 2, usd: null },
      { facts: { escalation } },
    ),
  )
  expect(asking.step).toEqual(createStay({ pollAt: escalation.remindAt }))
})

const outOfMoney = { status: 'needs_human', reason: 'budget_exhausted' } as const
const spentMoney = { runSpentUsd: 1, spentUsd: 10.5, grantedUsd: 0, raisedUsd: null }

test('granting starts the attempt that the issue could not pay for, with the money of a run each', () => {
  const facts = {
    run: createRun({ ...outOfMoney, causeReason: 'ci_failed' }),
    money: spentMoney,
    escalation,
  }
  const act = (action: PersonAction) => requireStep(decideAction(outOfMoney, action, { facts }))
  const granted = act({ kind: 'grant', attempts: 2, usd: null })
  expect(granted.step.effects.map(({ effect }) => effect.kind)).toContain('dispatch')
  // What is overspent, and two dollars for each attempt.
  expect(granted.grantedUsd).toBe(4.5)
  expect(act({ kind: 'grant', attempts: 1, usd: 7 }).grantedUsd).toBe(7)
  const rerun = act({ kind: 'rerun', prompt: null, note: null })
  expect(rerun).toMatchObject({ grantedUsd: 2.5, step: { kind: 'stay' } })
})

test('granting judges the run again whose question the issue could not pay for', () => {
  const facts = { money: { ...spentMoney, runSpentUsd: 3.5 } }
  const granted = requireStep(
    decideAction(outOfMoney, { kind: 'grant', attempts: 1, usd: null }, { facts }),
  )
  expect(granted).toMatchObject({
    restartsRun: true,
    grantedUsd: 3.5,
    step: { kind: 'wait', status: 'run_complete', because: 'ada granted $3.50 more' },
  })
})

test('no grant for one issue raises what its repository may spend in a day', () => {
  const shared = {
    cause: { kind: 'budget', repository: 'acme/widgets', day: '2026-11-21' },
    probedAt: null,
  } as const
  expect(
    decideAction(
      outOfMoney,
      { kind: 'grant', attempts: 1, usd: null },
      { facts: { escalation: { ...escalation, shared } } },
    ),
  ).toEqual({ kind: 'refused', because: expect.stringContaining('repository_day_usd') })
})

test('money is granted only where it was missing, or by its amount', () => {
  const usd = (state: State, amount: number | null) =>
    requireStep(decideAction(state, { kind: 'grant', attempts: 1, usd: amount })).grantedUsd
  const exhausted = { status: 'needs_human', reason: 'attempts_exhausted' } as const
  const judging = { status: 'judging', reason: null } as const
  expect([usd(exhausted, null), usd(exhausted, 3), usd(judging, null), usd(judging, 3)]).toEqual([
    0, 3, 0, 3,
  ])
})

test('no one can start an attempt that no dispatcher would take', () => {
  const facts = { dispatchOff: 'DISPATCHER_URL is not set' }
  for (const action of [
    { kind: 'rerun', prompt: null, note: null },
    { kind: 'grant', attempts: 1, usd: null },
  ] as const)
    expect(
      decideAction({ status: 'needs_human', reason: 'attempts_exhausted' }, action, { facts }),
    ).toEqual({ kind: 'refused', because: expect.stringContaining('DISPATCHER_URL is not set') })
})

test('the table covers every status', () => {
  expect(new Set(states.map(([, { status }]) => status))).toEqual(new Set(statuses))
})
