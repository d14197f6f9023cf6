import { expect, test } from 'vitest'
import {
  ago,
  createAcceptedFacts,
  createChange,
  createRecordedEffect,
  createRun,
  createVerdict,
  escalation,
  head,
  minute,
  now,
  otherCommit,
  passing,
  shipped,
} from '../../../../test/harness/accepted-facts.ts'
import { task } from '../../../../test/harness/arbitrary-state.ts'
import { check } from '../../../../test/harness/text-samples.ts'
import type { Check } from '../github/snapshot.ts'
import { known, unreadable } from '../lib/known.ts'
import type { SharedCause } from '../run/shared-cause.ts'
import { decide } from './decide.ts'
import type { Facts, RecordedEffect } from './facts.ts'
import type { Step } from './step.ts'

const probedAt = ago(minute)
const model = 'openai/gpt-5.2'

/** What a run does that was chosen a minute ago to try again for all that share the cause. */
function probe(
  cause: SharedCause,
  over: Partial<Facts> = {},
  run: Parameters<typeof createRun>[0] = {},
  policy = shipped,
): Step {
  const facts = createAcceptedFacts({
    verdicts: [],
    ...over,
    run: createRun({ status: 'needs_human', reason: 'outage', ...run }),
    escalation: { ...escalation, shared: { cause, probedAt } },
  })
  return decide(facts, now, policy)
}

/** How a step ends the cause, or `stay` with what it tries. */
function describe(step: Step): string {
  if (step.kind !== 'stay') return `${step.mover}: ${step.status}${step.recovers ? '' : ', alone'}`
  const kinds = step.effects.map(({ effect }) => effect.kind)
  return ['stay', ...kinds, ...(step.retry === null ? [] : ['retry'])].join(' ')
}

const recovered = 'recovery: run_complete'
const github: SharedCause = { kind: 'system', system: 'github', scope: null }
const store: SharedCause = { kind: 'system', system: 'artifacts', scope: null }
const argo: SharedCause = { kind: 'system', system: 'argo', scope: null }
const dispatcher: SharedCause = { kind: 'dispatcher' }
const budget: SharedCause = { kind: 'budget', repository: 'acme/widgets', day: '2026-11-21' }
const broken: SharedCause = { kind: 'base', repository: 'acme/widgets', base: 'main' }
const away = unreadable('away', ago(90 * minute))

const failing = (...failed: readonly Check[]): Facts['ci'] =>
  known(
    {
      kind: 'failure',
      commit: head,
      failed,
      passed: [],
      rerunnable: [],
      because: 'x',
      concludedAt: now,
    },
    now,
  )
const createComparison = (
  shared: readonly Check[],
  { branch = 'main', isGreen = shared.length === 0 } = {},
): Facts['base'] =>
  known(
    {
      commit: head,
      branch,
      isGreen,
      shared: shared.map((one) => ({ ...one, base: { commit: otherCommit, url: null } })),
      repaired: [],
    },
    now,
  )
/** The run's own check failed, and so did these on the base. */
const compared = (...shared: readonly Check[]): Partial<Facts> => ({
  ci: failing(check),
  base: createComparison(shared),
})

const systems: readonly [string, SharedCause, Partial<Facts>, string][] = [
  ['GitHub answers everything', github, {}, recovered],
  ['GitHub still fails', github, { change: away, issueState: away }, 'stay'],
  ['GitHub fails for the diff alone', github, { diff: away }, 'stay'],
  [
    'GitHub fails for the files that a model cites',
    github,
    { unreadCitations: 'not read' },
    'stay',
  ],
  [
    'GitHub still refuses our credentials',
    github,
    { change: unreadable('401', now, { forbidden: true }) },
    'stay',
  ],
  [
    'GitHub answers, but still not whether it merges',
    github,
    { change: known(createChange({ mergeable: 'unknown' }), now) },
    'stay',
  ],
  [
    'GitHub answers, and CI runs',
    github,
    {
      ci: known(
        {
          kind: 'pending',
          commit: head,
          open: [],
          missing: [],
          failed: [],
          because: 'unit runs',
          deadline: ago(-minute),
        },
        now,
      ),
    },
    recovered,
  ],
  [
    'GitHub answers, and the store is away',
    github,
    { evidence: unreadable('x', now, { system: 'artifacts' }) },
    recovered,
  ],
  ['the store answers', store, {}, recovered],
  ['the store is away', store, { evidence: unreadable('x', now, { system: 'artifacts' }) }, 'stay'],
  [
    'the store answers, and Argo is away',
    store,
    { evidence: unreadable('x', now, { system: 'argo' }) },
    recovered,
  ],
  ['Argo is away', argo, { evidence: unreadable('x', now, { system: 'argo' }) }, 'stay'],
  ['the base is green', broken, compared(), recovered],
  [
    'the base has other failures left',
    broken,
    { ...compared(), base: createComparison([], { isGreen: false }) },
    `${recovered}, alone`,
  ],
  ['the base is broken in the same way', broken, compared(check), 'stay'],
  ['the base cannot be read', broken, { ...compared(), base: away }, 'stay'],
  ['the checks of the run cannot be read', broken, { ci: away }, 'stay'],
  ['the checks of the run have passed meanwhile', broken, {}, `${recovered}, alone`],
  [
    'the run has another failure, too',
    broken,
    { ...compared(check), ci: failing(check, { ...check, id: 12, name: 'lint' }) },
    `${recovered}, alone`,
  ],
  [
    'the pull request has another base now',
    broken,
    { ...compared(), base: createComparison([], { branch: 'release' }) },
    `${recovered}, alone`,
  ],
]

test.each(systems)('%s', (_what, cause, over, expected) => {
  expect(describe(probe(cause, over))).toBe(expected)
})

test('an announced run waits for its completion again once Argo answers', () => {
  const announced = { completedAt: null }
  const asked = (completion: Facts['completion']) =>
    describe(probe(argo, { completion }, announced))
  expect(asked(unreadable('x', now, { system: 'argo' }))).toBe('stay')
  expect(asked(known('running', now))).toBe('recovery: notified')
})

const askOf = (over: Partial<RecordedEffect>): RecordedEffect => {
  const step = probe({ kind: 'model', model })
  const [planned] = step.kind === 'stay' ? step.effects : []
  if (planned === undefined) throw new Error('no question was planned')
  return createRecordedEffect(planned.effect, { createdAt: now, ...over })
}
const unavailable = (failure: RecordedEffect['failure']) =>
  createVerdict({ kind: 'unavailable', because: 'down', failure }, { at: ago(30 * minute) })
const overBudget = createVerdict(
  { kind: 'budget', because: 'spent', budget: 'repositoryDay' },
  { at: now },
)
const reason = { reason: 'judge_unavailable' } as const

test('a model is asked once, and its earlier failures do not count', () => {
  const step = probe({ kind: 'model', model }, { verdicts: [unavailable('unavailable')] }, reason)
  expect(step).toMatchObject({
    kind: 'stay',
    effects: [{ patience: 0, effect: { kind: 'ask', model, probe: true } }],
    blobs: [{ digest: expect.any(String) }],
  })
})

const answers: readonly [
  string,
  SharedCause['kind'],
  Partial<RecordedEffect>,
  Facts['verdicts'],
  string,
][] = [
  ['the answer is awaited', 'model', { state: 'pending' }, [], 'stay'],
  ['the answer was lost', 'model', { state: 'unknown' }, [], 'stay'],
  ['the model failed again', 'model', { state: 'failed', failure: 'unavailable' }, [], 'stay'],
  ['our key is refused', 'model', { state: 'failed', failure: 'forbidden' }, [], 'stay'],
  [
    'the model declined the question',
    'model',
    { state: 'failed', failure: 'refused' },
    [],
    recovered,
  ],
  [
    'the model answered',
    'model',
    { state: 'done' },
    [createVerdict({ kind: 'valid', answer: passing }, { at: now })],
    recovered,
  ],
  [
    'the model answered off the schema',
    'model',
    { state: 'done' },
    [createVerdict({ kind: 'invalid', fault: 'prose' }, { at: now })],
    recovered,
  ],
  ['the budget did not allow to ask', 'model', { state: 'done' }, [overBudget], 'stay'],
  ['the budget is still used up', 'budget', { state: 'done' }, [overBudget], 'stay'],
  [
    'the budget allows it, but the model is away',
    'budget',
    { state: 'failed', failure: 'unavailable' },
    [],
    recovered,
  ],
]

test.each(answers)('%s', (_what, kind, over, verdicts, expected) => {
  const cause: SharedCause = kind === 'model' ? { kind: 'model', model } : budget
  expect(describe(probe(cause, { effects: [askOf(over)], verdicts }, reason))).toBe(expected)
})

test('a question from before the run was chosen does not count', () => {
  const old = askOf({ state: 'failed', failure: 'unavailable', createdAt: ago(2 * minute) })
  expect(describe(probe({ kind: 'model', model }, { effects: [old] }, reason))).toBe('stay ask')
})

test('a run that cannot ask the model leaves it to the next one', () => {
  const draft = known(createChange({ draft: true }), now)
  expect(describe(probe({ kind: 'model', model }, { change: draft }, reason))).toBe('stay')
})

test('a model that policy does not name any more keeps no run waiting', () => {
  expect(describe(probe({ kind: 'model', model: 'openai/older' }, {}, reason))).toBe(recovered)
})

test('a run that must ask another model first leaves it to the next one', () => {
  const models = ['openai/first', model]
  const policy = { ...shipped, judge: { ...shipped.judge, models } }
  expect(describe(probe({ kind: 'model', model }, {}, reason, policy))).toBe('stay')
  expect(describe(probe(budget, {}, reason, policy))).toBe('stay ask')
})

const failed = { reason: 'dispatch_failed', causeReason: 'ci_failed' } as const
const dispatch = (over: Partial<RecordedEffect>) =>
  createRecordedEffect(
    { kind: 'dispatch', key: 'dispatch:x', task, notBefore: 0, patience: 1 },
    { createdAt: ago(20 * minute), ...over },
  )
const before = ago(10 * minute)
const dispatches: readonly [string, Partial<RecordedEffect>, string][] = [
  [
    'the task is sent once more',
    { state: 'failed', failure: 'unavailable', settledAt: before },
    'stay retry',
  ],
  ['one that was skipped is sent', { state: 'skipped', settledAt: before }, 'stay retry'],
  ['the answer is awaited', { state: 'pending' }, 'stay'],
  ['it failed again', { state: 'failed', failure: 'unavailable', settledAt: now }, 'stay'],
  ['it was accepted', { state: 'done', settledAt: now }, 'recovery: needs_iteration'],
  [
    'the task itself is declined',
    { state: 'failed', failure: 'refused', settledAt: now },
    'dispatch: needs_human',
  ],
]

test.each(dispatches)('of a dispatch, %s', (_what, over, expected) => {
  const step = probe(dispatcher, { effects: [dispatch(over)] }, failed)
  expect(describe(step)).toBe(expected)
  if (step.kind === 'stay' && step.retry !== null) expect(step.retry.once).toBe(true)
  if (step.kind === 'end' && step.status === 'needs_human')
    expect(step.escalation?.shared).toBeNull()
})

test('while no dispatcher is configured, nothing is sent', () => {
  const facts = {
    effects: [dispatch({ state: 'skipped' })],
    dispatchOff: 'DISPATCHER_URL is not set',
  }
  expect(describe(probe(dispatcher, facts, failed))).toBe('stay')
})

test('a run that another one frees goes on alike, and frees no one', () => {
  const freed = (over: Partial<Facts>, run: Parameters<typeof createRun>[0]) =>
    decide(
      createAcceptedFacts({
        ...over,
        run: createRun({ status: 'needs_human', ...run }),
        release: { kind: 'recovered', because: 'It answers again.' },
      }),
      now,
      shipped,
    )
  expect(describe(freed({}, reason))).toBe('recovery: run_complete, alone')
  expect(describe(freed({}, { ...reason, completedAt: null }))).toBe('recovery: notified, alone')
  const effects = [dispatch({ state: 'failed', failure: 'unavailable' })]
  expect(freed({ effects }, failed)).toMatchObject({
    kind: 'end',
    status: 'needs_iteration',
    reason: 'ci_failed',
    retry: { effectId: effects[0]?.id, once: false },
    recovers: false,
  })
})
