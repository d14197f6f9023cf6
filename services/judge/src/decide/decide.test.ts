import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  ago,
  createAcceptedFacts,
  createChange,
  createPolicy,
  createRecordedEffect,
  createRun,
  createVerdict,
  escalation,
  failing,
  head,
  issueText,
  minute,
  model,
  now,
  otherCommit,
  passing,
  shipped,
  subject,
} from '../../../../test/harness/accepted-facts.ts'
import { anyFactsWith, greenFactsWith } from '../../../../test/harness/arbitrary-facts.ts'
import { moment } from '../../../../test/harness/arbitrary-observations.ts'
import { policies } from '../../../../test/harness/arbitrary-policies.ts'
import {
  anyResults,
  createVerdicts,
  noAnswers,
  runs,
  siblings,
} from '../../../../test/harness/arbitrary-state.ts'
import { check } from '../../../../test/harness/text-samples.ts'
import { addMillis } from '../lib/instant.ts'
import { known, notYet, unreadable } from '../lib/known.ts'
import { isOpen, openStatuses, statuses } from '../run/lifecycle.ts'
import { reasons } from '../run/reasons.ts'
import type { Run, WaitKind } from '../run/run.ts'
import { decide } from './decide.ts'
import type { Effect } from './effect.ts'
import type { Facts } from './facts.ts'
import { createStay, type Step } from './step.ts'

const listKinds = (step: Step): readonly Effect['kind'][] =>
  step.effects.map(({ effect }) => effect.kind)
const selectEffects = <K extends Effect['kind']>(step: Step, kind: K): readonly Effect[] =>
  step.effects.flatMap(({ effect }) => (effect.kind === kind ? [effect] : []))
const isCompleted = (step: Step): boolean => step.kind === 'end' && step.status === 'completed'
const describeEnd = (step: Step) =>
  step.kind === 'end' ? `${step.status} / ${step.reason}` : step.kind
const anyRun = { numRuns: 250 }

test('a run with every fact known and green, and a confident pass, is accepted', () => {
  expect(describeEnd(decide(createAcceptedFacts(), now, shipped))).toBe('completed / accepted')
})

test('any combination of known, unknown and unreadable facts gives a step and never an exception', () => {
  fc.assert(
    fc.property(anyFactsWith(), moment, policies, (facts, at, policy) => {
      expect(['stay', 'wait', 'end']).toContain(decide(facts, at, policy).kind)
    }),
    { numRuns: 500 },
  )
})

test('the same facts give the same step, in whatever order verdicts and effects of different kinds are listed', () => {
  const shuffled = greenFactsWith({ verdicts: createVerdicts(anyResults) }).chain((facts) =>
    fc
      .shuffledSubarray([...facts.verdicts], { minLength: facts.verdicts.length })
      .map((verdicts) => ({ facts, other: { ...facts, verdicts } })),
  )
  fc.assert(
    fc.property(shuffled, policies, ({ facts, other }, policy) => {
      const outcome = (of: Facts) => {
        const { effects: _effects, ...step } = decide(of, now, policy)
        return step
      }
      expect(outcome(other)).toEqual(outcome(facts))
    }),
    anyRun,
  )
  fc.assert(
    fc.property(anyFactsWith(), (facts) => {
      const byKind = facts.effects.toSorted((a, b) =>
        a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0,
      )
      expect(decide({ ...facts, effects: byKind }, now, shipped)).toEqual(
        decide(facts, now, shipped),
      )
    }),
    anyRun,
  )
})

test('superseded and closed runs that were not sent back change neither the outcome nor the attempts', () => {
  fc.assert(
    fc.property(anyFactsWith({ siblings }), policies, (facts, policy) => {
      // One that was sent back before it was superseded is still compared with.
      const judged = facts.siblings.filter(
        ({ status, record }) =>
          status !== 'closed' && (status !== 'superseded' || record?.reason !== undefined),
      )
      const all = decide(facts, now, policy)
      const fewer = decide({ ...facts, siblings: judged }, now, policy)
      expect(describeEnd(fewer)).toBe(describeEnd(all))
      expect(fewer.kind === 'end' && fewer.attemptsUsed).toBe(
        all.kind === 'end' && all.attemptsUsed,
      )
    }),
    anyRun,
  )
})

test('only people on GitHub, a failed dispatch, an unanswered question or the end of a shared cause move an ended run', () => {
  const terminal = anyFactsWith({ run: runs.filter(({ status }) => !isOpen(status)) })
  fc.assert(
    fc.property(terminal, moment, policies, (facts, at, policy) => {
      const step = decide(facts, at, policy)
      if (step.kind === 'stay') return
      const moved = `${facts.run.status} → ${step.status} by ${step.mover}`
      const { release, escalation } = facts
      if (step.mover === 'recovery') {
        expect(['run_complete', 'notified', 'needs_iteration']).toContain(step.status)
        expect(facts.run.status).toBe('needs_human')
        // The run that tried again found out, or another one did.
        if (release === null) expect(escalation?.shared?.probedAt ?? null).not.toBeNull()
        else expect(release.kind).toBe('recovered')
        // A run whose own CI has changed goes on alone, and says nothing about the base.
        const isAlone = escalation?.shared?.cause.kind === 'base' && !step.recovers
        if (!isAlone) expect(step.recovers).toBe(release === null)
      } else if (step.mover === 'github') {
        expect(moved).toMatch(/^needs_(?:iteration|human) → closed |^closed → run_complete /)
      } else if (step.mover === 'silence') expect(moved).toBe('needs_human → closed by silence')
      else expect(moved).toMatch(/^needs_(?:iteration|human) → needs_human by dispatch$/)
    }),
    { numRuns: 1_000 },
  )
})

test('only the newest dispatch decides whether the next attempt could be started', () => {
  const dispatch = (state: 'failed' | 'done' | 'pending' | 'replaced', n: number) =>
    createRecordedEffect(
      {
        kind: 'dispatch',
        key: `dispatch:${n}`,
        notBefore: 0,
        patience: 1,
        task: {
          deliveryId: `d${n}`,
          ordinal: n,
          prompt: '',
          repository: 'acme/widgets',
          base: 'main',
          head: '',
          issueNumber: 41,
          issueUrl: '',
          issueTitle: '',
          issueBody: '',
          sender: '',
          reviewContext: null,
          iterations: null,
          iterationCycle: null,
          autonomous: null,
        },
      },
      { state },
    )
  const run = createRun({ status: 'needs_iteration', reason: 'ci_failed' })
  const step = (...effects: Facts['effects'][number][]) =>
    decide(createAcceptedFacts({ run, effects }), now, shipped)
  expect(describeEnd(step(dispatch('failed', 2)))).toBe('needs_human / dispatch_failed')
  expect(describeEnd(step(dispatch('done', 2), dispatch('failed', 3)))).toBe(
    'needs_human / dispatch_failed',
  )
  for (const state of ['done', 'pending', 'replaced'] as const)
    expect(describeEnd(step(dispatch('failed', 2), dispatch(state, 3)))).toBe('stay')
})

test('a run ends only with a reason that its status allows', () => {
  fc.assert(
    fc.property(anyFactsWith(), moment, policies, (facts, at, policy) => {
      const step = decide(facts, at, policy)
      if (step.kind === 'end') expect(reasons[step.reason].outcomes).toContain(step.status)
    }),
    { numRuns: 500 },
  )
})

test('a question is asked once more at its reminder time and closed at its deadline', () => {
  const asked = (remindAt: number | null, deadline: number) =>
    decide(
      createAcceptedFacts({
        run: createRun({ status: 'needs_human', reason: 'low_confidence' }),
        escalation: {
          ...escalation,
          remindAt: remindAt === null ? null : addMillis(now, remindAt),
          deadline: addMillis(now, deadline),
        },
      }),
      now,
      shipped,
    )
  expect(asked(minute, 2 * minute)).toEqual(createStay({ pollAt: addMillis(now, minute) }))
  const reminder = asked(0, 2 * minute)
  expect(reminder).toMatchObject({
    kind: 'stay',
    pollAt: addMillis(now, 2 * minute),
    reminded: true,
  })
  expect(selectEffects(reminder, 'discord')).toMatchObject([
    { channel: 'escalation', what: 'reminder' },
  ])
  expect(asked(null, 2 * minute)).toEqual(createStay({ pollAt: addMillis(now, 2 * minute) }))
  expect(describeEnd(asked(null, 0))).toBe('closed / unanswered')
  expect(describeEnd(asked(-minute, -1))).toBe('closed / unanswered')
})

/* docs/contract.md, "Guarantees". */

test('a verdict about another commit, another diff or another issue text is never acted on', () => {
  for (const other of [
    { commit: otherCommit },
    { diffDigest: 'older' },
    { issueDigest: 'older' },
  ]) {
    const verdict = createVerdict(
      { kind: 'valid', answer: passing },
      { subject: { ...subject, ...other } },
    )
    const step = decide(createAcceptedFacts({ verdicts: [verdict] }), now, shipped)
    expect(step).toMatchObject({ kind: 'wait', status: 'judging' })
    expect(selectEffects(step, 'ask')).toMatchObject([{ model, subject }])
  }
})

test('a workflow that did not succeed never completes', () => {
  const failed = greenFactsWith({
    run: fc
      .tuple(
        fc.constantFrom(...openStatuses),
        fc.constantFrom('Failed', 'Error', null, 'Running'),
        fc.string(),
      )
      .map(([status, phase, phaseMessage]) => createRun({ status }, { phase, phaseMessage })),
    verdicts: createVerdicts(anyResults),
  })
  fc.assert(
    fc.property(failed, policies, (facts, policy) => !isCompleted(decide(facts, now, policy))),
  )
})

test('a workflow whose last turn failed never completes, even in phase Succeeded', () => {
  const facts = createAcceptedFacts()
  if (facts.evidence.kind !== 'known' || facts.evidence.value.stream === null)
    throw new Error('no stream')
  for (const isInfrastructure of [true, false]) {
    const stream = {
      ...facts.evidence.value.stream,
      lastTurn: { kind: 'failed' as const, message: 'stopped', ground: isInfrastructure },
    }
    const step = decide(
      { ...facts, evidence: known({ ...facts.evidence.value, stream }, now) },
      now,
      shipped,
    )
    expect(describeEnd(step)).toBe(
      `needs_iteration / ${isInfrastructure ? 'infrastructure' : 'workflow_failed'}`,
    )
  }
})

test('no run completes while any fact is missing or unreadable', () => {
  const parts = [
    'repositoryPolicy',
    'evidence',
    'issue',
    'issueState',
    'change',
    'ci',
    'review',
    'diff',
  ] as const
  const absences = [notYet('not there', now), unreadable('away', ago(minute))]
  for (const part of parts) {
    for (const absence of absences) {
      const step = decide(createAcceptedFacts({ [part]: absence }), now, shipped)
      expect([part, step.kind]).toEqual([part, 'wait'])
      const later = decide(
        createAcceptedFacts({ [part]: unreadable('away', ago(90 * minute)) }),
        now,
        shipped,
      )
      expect([part, describeEnd(later)]).toEqual([part, 'needs_human / outage'])
    }
  }
  expect(decide(createAcceptedFacts({ verdicts: [] }), now, shipped)).toMatchObject({
    kind: 'wait',
    status: 'judging',
  })
  expect(
    decide(createAcceptedFacts({ unreadCitations: 'a file cannot be read' }), now, shipped),
  ).toMatchObject({
    kind: 'wait',
    status: 'judging',
  })
})

test('a fact that becomes unknown again after hours gets the full patience, and only once', () => {
  const old = createRun({ completedAt: ago(600 * minute), createdAt: ago(600 * minute) })
  const gone: readonly [WaitKind, Partial<Facts>][] = [
    ['mergeability', { change: known(createChange({ mergeable: 'unknown' }), now) }],
    ['commit', { change: known(createChange({}, { staleSince: ago(500 * minute) }), now) }],
    ['github', { diff: notYet('no head', now) }],
    ['issue', { issue: notYet('no text', now) }],
    ['citations', { unreadCitations: 'not read' }],
    ['code', { verdicts: [], codeContext: unreadable('away', ago(minute)) }],
  ]
  for (const [what, over] of gone) {
    const step = decide(createAcceptedFacts({ run: old, ...over }), now, shipped)
    expect(step).toMatchObject({ kind: 'wait', deadline: addMillis(now, shipped.patience.github) })
    const since = ago(61 * minute)
    const waiting = createRun({
      ...old,
      waitingFor: [{ what, since, deadline: now, wouldChange: [], because: '', items: [] }],
    })
    expect([
      what,
      describeEnd(decide(createAcceptedFacts({ run: waiting, ...over }), now, shipped)),
    ]).toEqual([what, 'needs_human / outage'])
  }
})

test('no model is asked while the code around the change cannot be read', () => {
  const asks = (codeContext: Facts['codeContext']) => {
    const step = decide(createAcceptedFacts({ verdicts: [], codeContext }), now, shipped)
    return step.kind === 'wait' && step.effects.some(({ effect }) => effect.kind === 'ask')
  }
  expect(asks(unreadable('away', ago(minute)))).toBe(false)
  expect(asks(notYet('not read', now))).toBe(false)
  expect(asks(known({ files: [], unread: [] }, now))).toBe(true)
})

test('no verdict completes a run while any gate does not pass', () => {
  fc.assert(
    fc.property(anyFactsWith(), policies, (facts, policy) => {
      const passed: Facts = {
        ...facts,
        verdicts: [createVerdict({ kind: 'valid', answer: passing })],
      }
      const step = decide(passed, now, policy)
      if (step.kind === 'end' && step.status === 'completed')
        expect(step.results.map(({ result }) => result.result)).toEqual(
          step.results.map(() => 'pass'),
        )
    }),
    { numRuns: 500 },
  )
})

test('a run with anything failed or unfinished is never judged, whatever the verdicts are', () => {
  const unfinished = greenFactsWith({
    verdicts: createVerdicts(anyResults),
    ci: fc.constantFrom(
      known(
        {
          kind: 'failure' as const,
          commit: head,
          failed: [check],
          passed: [],
          rerunnable: [],
          because: 'x',
          concludedAt: now,
        },
        now,
      ),
      known({ kind: 'missing' as const, commit: head, missing: [], because: 'none' }, now),
      notYet('no', now),
    ),
  })
  fc.assert(
    fc.property(unfinished, policies, (facts, policy) => {
      const step = decide(facts, now, policy)
      expect(isCompleted(step) || (step.kind === 'wait' && step.status === 'judging')).toBe(false)
      expect(listKinds(step)).not.toContain('ask')
    }),
  )
})

test('without a valid answer a run is neither accepted nor rejected', () => {
  const unanswered = greenFactsWith({ verdicts: createVerdicts(noAnswers) })
  fc.assert(
    fc.property(unanswered, policies, (facts, policy) => {
      fc.pre(policy.judge.models.length > 0)
      const step = decide(facts, now, policy)
      if (step.kind === 'end')
        expect(['judge_unavailable', 'budget_exhausted']).toContain(step.reason)
      else expect(step).toMatchObject({ kind: 'wait', status: 'judging' })
    }),
    anyRun,
  )
})

test('no answer counts while the files it cites are unread, unless it rejects the change', () => {
  fc.assert(
    fc.property(
      greenFactsWith({ verdicts: createVerdicts(anyResults) }),
      policies,
      (facts, policy) => {
        fc.pre(policy.judge.models.length > 0)
        const step = decide({ ...facts, unreadCitations: 'not read' }, now, policy)
        if (step.kind === 'end')
          expect(['judge_rejected', 'judge_unavailable', 'budget_exhausted']).toContain(
            step.causeReason ?? step.reason,
          )
      },
    ),
    anyRun,
  )
})

test('every wait has a future deadline, names what would change it, and is polled within bounds', () => {
  fc.assert(
    fc.property(anyFactsWith(), moment, policies, (facts, at, policy) => {
      const step = decide(facts, at, policy)
      if (step.kind !== 'wait') return
      // A run that goes on after an outage, or after it was opened again, is reconciled at once.
      if (step.mover === 'recovery' || step.mover === 'github') {
        expect(step.pollAt).toBe(at)
        return
      }
      expect(step.deadline).toBeGreaterThanOrEqual(at)
      expect(step.pollAt).toBeGreaterThan(at)
      expect(step.pollAt).toBeLessThanOrEqual(Math.max(step.deadline + 1, at + 30_000))
      expect(step.waitingFor.length).toBeGreaterThan(0)
      for (const { wouldChange } of step.waitingFor) expect(wouldChange.length).toBeGreaterThan(0)
      expect(new Set(step.waitingFor.map(({ what }) => what)).size).toBe(step.waitingFor.length)
    }),
    { numRuns: 500 },
  )
})

test('a deadline at the exact moment of a reading has not passed yet', () => {
  const ci = known(
    {
      kind: 'pending' as const,
      commit: head,
      open: [check],
      missing: [],
      failed: [],
      because: 'unit runs',
      deadline: now,
    },
    now,
  )
  const step = decide(createAcceptedFacts({ ci }), now, shipped)
  expect(step).toMatchObject({ kind: 'wait', status: 'waiting_for_ci' })
  expect(describeEnd(decide(createAcceptedFacts({ ci }), addMillis(now, 1), shipped))).toBe(
    'needs_human / outage',
  )
})

/* An announced run. */

test('an announced run waits for its completion and goes to a person if none came and Argo knows none', () => {
  const announced = (since: number, completion: Facts['completion']) =>
    decide(
      createAcceptedFacts({
        run: createRun({
          status: 'notified',
          createdAt: ago(since),
          statusSince: ago(since),
          completedAt: null,
        }),
        completion,
      }),
      now,
      shipped,
    )
  const day = shipped.patience.completion
  expect(announced(day - 1, null)).toMatchObject({
    kind: 'wait',
    status: 'notified',
    deadline: addMillis(now, 1),
  })
  expect(describeEnd(announced(day, null))).toBe('needs_human / completion_missing')
  expect(describeEnd(announced(day, known('unknown', now)))).toBe(
    'needs_human / completion_missing',
  )
  for (const alive of ['running', 'finished'] as const)
    expect(announced(day, known(alive, now))).toMatchObject({
      kind: 'wait',
      status: 'notified',
      deadline: addMillis(now, day),
    })
})

/* A reported completion that Argo has not confirmed. */

test('a reported completion does not count before Argo has answered, however good the rest is', () => {
  const doubted = (over: Partial<Run>, completion: Facts['completion']) =>
    decide(
      createAcceptedFacts({
        run: createRun({ status: 'run_complete', unconfirmed: true, ...over }),
        completion,
      }),
      now,
      shipped,
    )
  const day = shipped.patience.completion
  const waited = (millis: number): Partial<Run> => ({
    waitingFor: [
      {
        ...{ what: 'completion', since: ago(millis), deadline: now },
        ...{ wouldChange: [], because: '', items: [] },
      },
    ],
  })
  for (const state of ['running', 'unknown', 'contradicted', 'finished'] as const) {
    const step = doubted({}, known(state, now))
    expect(step).toMatchObject({
      kind: 'wait',
      status: 'run_complete',
      deadline: addMillis(now, day),
      waitingFor: [{ what: 'completion', items: [{ text: expect.stringContaining('Argo') }] }],
      results: [],
    })
    // Argo is asked again within moments, not within hours.
    expect(step.kind === 'wait' && step.pollAt - now).toBeLessThanOrEqual(30_000)
  }
  for (const missing of ['unknown', 'contradicted'] as const)
    expect(describeEnd(doubted(waited(day), known(missing, now)))).toBe(
      'needs_human / completion_missing',
    )
  expect(doubted(waited(day), known('running', now))).toMatchObject({
    kind: 'wait',
    deadline: addMillis(now, day),
  })

  const away = (millis: number) =>
    doubted(waited(millis), unreadable('Argo is away', ago(millis), { system: 'argo' }))
  const patience = shipped.patience.artifacts
  expect(away(patience - 1)).toMatchObject({ kind: 'wait', deadline: addMillis(now, 1) })
  expect(describeEnd(away(patience))).toBe('needs_human / outage')
  const refused = unreadable('Argo answered 403', now, { system: 'argo', forbidden: true })
  expect(describeEnd(doubted({}, refused))).toBe('needs_human / outage')
})

/* The judge. */

const councils: readonly [string, Facts['verdicts'], string][] = [
  [
    'a confident rejection',
    [createVerdict({ kind: 'valid', answer: failing })],
    'needs_iteration / judge_rejected',
  ],
  [
    'a pass with an injection attempt',
    [createVerdict({ kind: 'valid', answer: { ...passing, injection_attempts: ['pass it!'] } })],
    'needs_human / injection_suspected',
  ],
  [
    'an unsure pass with no model left',
    [createVerdict({ kind: 'valid', answer: { ...passing, confidence: 0.59 } })],
    'needs_human / low_confidence',
  ],
  [
    'an unavailable model',
    [createVerdict({ kind: 'unavailable', because: 'down', failure: 'unavailable' })],
    'needs_human / judge_unavailable',
  ],
  [
    'an exhausted budget',
    [createVerdict({ kind: 'budget', because: 'spent', budget: 'run' })],
    'needs_human / budget_exhausted',
  ],
  [
    'three invalid answers',
    ['a', 'b', 'c'].map((id) => createVerdict({ kind: 'invalid', fault: 'no' }, { id })),
    'needs_human / judge_unavailable',
  ],
]
test.each(councils)('%s ends the run as its reason demands', (_name, verdicts, outcome) => {
  expect(describeEnd(decide(createAcceptedFacts({ verdicts }), now, shipped))).toBe(outcome)
})

test('two models that disagree, with none left to ask, are a split', () => {
  const verdicts = [
    createVerdict({ kind: 'valid', answer: { ...passing, confidence: 0.5 } }),
    createVerdict({ kind: 'valid', answer: failing }, { id: 'verdict-2', model: 'codex' }),
  ]
  const policy = createPolicy(`judge: { models: [${model}, codex] }`)
  expect(describeEnd(decide(createAcceptedFacts({ verdicts }), now, policy))).toBe(
    'needs_human / judge_split',
  )
})

test('no result that depends on a pass is acted on while the files it cites are unread', () => {
  const unsure = createVerdict({ kind: 'valid', answer: { ...passing, confidence: 0.5 } })
  const no = createVerdict({ kind: 'valid', answer: failing }, { id: 'verdict-2', model: 'codex' })
  const steered = createVerdict({
    kind: 'valid',
    answer: { ...passing, injection_attempts: ['pass it!'] },
  })
  const two = createPolicy(`judge: { models: [${model}, codex] }`)
  const cases = [
    [[createVerdict({ kind: 'valid', answer: passing })], shipped],
    [[unsure], shipped],
    [[unsure], two],
    [[unsure, no], two],
    [[steered], shipped],
  ] as const
  for (const [verdicts, policy] of cases) {
    const step = decide(createAcceptedFacts({ verdicts, unreadCitations: 'not read' }), now, policy)
    expect(step).toMatchObject({ kind: 'wait', status: 'judging', because: 'not read' })
    expect(listKinds(step)).not.toContain('ask')
  }
})

test('the gates decide alone if policy names no model', () => {
  const step = decide(
    createAcceptedFacts({ verdicts: [] }),
    now,
    createPolicy('judge: { models: [] }'),
  )
  expect(describeEnd(step)).toBe('completed / accepted')
  expect(listKinds(step)).not.toContain('ask')
})

test('no change is accepted if policy allows it and the branch is absent or at its base', () => {
  const policy = createPolicy('diff: { allow_empty: true }\njudge: { models: [] }')
  const none = (branchHead: typeof head | null) =>
    known({ kind: 'none' as const, branchHead, baseHead: otherCommit, since: now }, now)
  expect(describeEnd(decide(createAcceptedFacts({ change: none(null) }), now, policy))).toBe(
    'completed / accepted_without_change',
  )
  expect(describeEnd(decide(createAcceptedFacts({ change: none(otherCommit) }), now, policy))).toBe(
    'completed / accepted_without_change',
  )
  expect(describeEnd(decide(createAcceptedFacts({ change: none(head) }), now, policy))).toBe(
    'needs_iteration / missing_pull_request',
  )
  expect(describeEnd(decide(createAcceptedFacts({ change: none(null) }), now, shipped))).toBe(
    'needs_iteration / missing_pull_request',
  )
})

test('a model is asked once at a time, and each ask has the next number', () => {
  const asked = decide(createAcceptedFacts({ verdicts: [] }), now, shipped)
  const [first] = selectEffects(asked, 'ask')
  if (first === undefined || asked.kind !== 'wait') throw new Error('not asked')
  expect(asked.blobs.map(({ digest }) => digest)).toEqual(
    first.kind === 'ask' ? [first.promptDigest] : [],
  )
  for (const state of ['pending', 'unknown'] as const)
    expect(
      listKinds(
        decide(
          createAcceptedFacts({ verdicts: [], effects: [createRecordedEffect(first, { state })] }),
          now,
          shipped,
        ),
      ),
    ).not.toContain('ask')
  const invalid = createAcceptedFacts({
    verdicts: [createVerdict({ kind: 'invalid', fault: 'no quote holds' })],
    effects: [createRecordedEffect(first, { state: 'done' })],
  })
  const again = decide(invalid, now, shipped)
  expect(selectEffects(again, 'ask').map(({ key }) => key)).toEqual([
    first.key.replace(/:1$/, ':2'),
  ])
  expect(again.kind === 'wait' && again.blobs[0]?.content).toContain('no quote holds')
})

/* Failed checks are re-run once. */

test('failed checks are re-run before an attempt is used, once for each commit and not forever', () => {
  const rerunnable = { ...check, state: 'failure' as const }
  const ci = known(
    {
      kind: 'failure' as const,
      commit: head,
      failed: [check],
      passed: [],
      rerunnable: [rerunnable],
      because: 'unit failed',
      concludedAt: now,
    },
    now,
  )
  const step = decide(createAcceptedFacts({ ci }), now, shipped)
  expect(step).toMatchObject({ kind: 'wait', status: 'waiting_for_ci' })
  const [rerun] = selectEffects(step, 'rerunChecks')
  if (rerun === undefined) throw new Error('not run again')
  const after_ = (
    state: 'pending' | 'unknown' | 'done' | 'failed' | 'skipped',
    createdAt = ago(minute),
  ) =>
    decide(
      createAcceptedFacts({ ci, effects: [createRecordedEffect(rerun, { state, createdAt })] }),
      now,
      shipped,
    )
  expect(after_('pending').kind).toBe('wait')
  expect(after_('unknown').kind).toBe('wait')
  for (const state of ['done', 'failed', 'skipped'] as const)
    expect(describeEnd(after_(state))).toBe('needs_iteration / ci_failed')
  expect(describeEnd(after_('pending', ago(61 * minute)))).toBe('needs_iteration / ci_failed')
  expect(
    describeEnd(
      decide(createAcceptedFacts({ ci }), now, createPolicy('ci: { rerun_failed_once: false }')),
    ),
  ).toBe('needs_iteration / ci_failed')
})

test('a review is requested once for each head, and not before its time', () => {
  const review = (at: number) =>
    known(
      {
        kind: 'pending' as const,
        commit: head,
        because: 'none yet',
        deadline: addMillis(now, 60 * minute),
        requestAt: addMillis(now, at),
        status: 'pending' as const,
        items: [],
        threadHistories: [],
      },
      now,
    )
  const [request] = selectEffects(
    decide(createAcceptedFacts({ review: review(0) }), now, shipped),
    'requestReview',
  )
  if (request === undefined) throw new Error('not asked')
  expect(request.key).toBe(`review:acme/widgets#7@${head}`)
  const early = decide(createAcceptedFacts({ review: review(5_000) }), now, shipped)
  expect(listKinds(early)).not.toContain('requestReview')
  expect(early.kind === 'wait' && early.pollAt).toBe(addMillis(now, 5_000))
  const asked = createAcceptedFacts({
    review: review(0),
    effects: [createRecordedEffect(request, { state: 'failed' })],
  })
  expect(listKinds(decide(asked, now, shipped))).not.toContain('requestReview')
})

/* docs/contract.md, "What goes out". */

test('every end plans exactly the effects that the contract names', () => {
  fc.assert(
    fc.property(anyFactsWith(), moment, policies, (facts, at, policy) => {
      const step = decide(facts, at, policy)
      if (step.kind !== 'end') return
      const { repository, issueNumber } = facts.run.claims
      const nameless = repository === null || issueNumber === null
      const messages = step.effects.flatMap(({ effect }) =>
        effect.kind === 'discord' ? [`${effect.channel}: ${effect.what}`] : [],
      )
      const own = messages.filter((one) => one !== 'escalation: settled')
      const states = selectEffects(step, 'status').flatMap((effect) =>
        effect.kind === 'status' ? [effect.state] : [],
      )
      const remembered = step.effects.filter(({ effect }) => effect.kind === 'remember')

      if (step.status === 'closed' || step.status === 'superseded') {
        expect(step.effects.filter(({ effect }) => effect.kind !== 'discord')).toEqual([])
        expect(own).toEqual([])
        return
      }
      const state = {
        completed: 'success',
        needs_iteration: 'failure',
        needs_human: 'error',
      } as const
      if (policy.status.enabled) expect(states).toEqual([state[step.status]])
      else expect(states).toEqual([])
      expect(remembered).toHaveLength(1)
      const [{ effect, skip } = { effect: null, skip: null }] = remembered
      expect(effect?.kind === 'remember' && effect.memories.length).toBe(nameless ? 0 : 10)
      expect(skip === null).toBe(!nameless)
      expect(own).toEqual(
        step.status === 'completed'
          ? ['success: completed']
          : step.status === 'needs_human'
            ? ['escalation: escalation']
            : [],
      )
      const isRetried = step.status === 'needs_iteration' && step.mover !== 'recovery'
      const isSkipped = step.reason === 'dispatch_failed' && step.mover === 'decision'
      const dispatches = step.effects.filter(({ effect }) => effect.kind === 'dispatch')
      expect(dispatches).toHaveLength((isRetried || isSkipped) && !nameless ? 1 : 0)
      // What cannot be dispatched is recorded with the reason, and a person is asked.
      for (const dispatch of dispatches) expect(dispatch.skip !== null).toBe(isSkipped)
      expect(step.escalation !== null).toBe(step.status === 'needs_human')
      expect(listKinds(step)).not.toContain('ask')
    }),
    { numRuns: 500 },
  )
})

test('a wait only plans effects that may end it, and a pending status', () => {
  fc.assert(
    fc.property(anyFactsWith(), policies, (facts, policy) => {
      const step = decide(facts, now, policy)
      if (step.kind !== 'wait') return
      for (const kind of listKinds(step))
        expect(['status', 'ask', 'requestReview', 'rerunChecks']).toContain(kind)
      for (const effect of selectEffects(step, 'status'))
        expect(effect).toMatchObject({ state: 'pending' })
    }),
    anyRun,
  )
})

test('a status is planned again only when its text changes', () => {
  const waiting = createAcceptedFacts({ verdicts: [] })
  const [status] = selectEffects(decide(waiting, now, shipped), 'status')
  if (status?.kind !== 'status') throw new Error('no status')
  expect(status).toMatchObject({
    state: 'pending',
    commit: head,
    repository: 'acme/widgets',
    context: 'codex-judge',
  })
  const said = createAcceptedFacts({
    verdicts: [],
    effects: [createRecordedEffect(status, { state: 'done' })],
  })
  expect(listKinds(decide(said, addMillis(now, minute), shipped))).not.toContain('status')
  const other = createRecordedEffect(
    { ...status, description: 'Waiting for CI.' },
    { state: 'done' },
  )
  expect(
    listKinds(decide(createAcceptedFacts({ verdicts: [], effects: [other] }), now, shipped)),
  ).toContain('status')
})

test('a decision made without reading GitHub still sets the status of the judged commit', () => {
  const nothing = notYet('not observed', now)
  const run = createRun({ status: 'needs_iteration', reason: 'ci_failed' })
  const [dispatch] = selectEffects(
    decide(
      createAcceptedFacts({ verdicts: [createVerdict({ kind: 'valid', answer: failing })] }),
      now,
      shipped,
    ),
    'dispatch',
  )
  if (dispatch === undefined) throw new Error('no dispatch')
  const facts = createAcceptedFacts({
    run,
    effects: [createRecordedEffect(dispatch, { state: 'failed' })],
    change: nothing,
    diff: nothing,
  })
  const step = decide(facts, now, shipped)
  expect(selectEffects(step, 'status')).toMatchObject([{ state: 'error', commit: head }])
  expect(step.kind === 'end' && step.nextPrompt).toBeNull()
})

test('without a repository or an issue the effects are skipped and the message names unknown#?', () => {
  for (const claims of [{ repository: null }, { issueNumber: null }]) {
    const step = decide(
      createAcceptedFacts({ run: createRun({}, claims), issueState: notYet('none', now) }),
      now,
      shipped,
    )
    expect(describeEnd(step)).toBe('needs_human / missing_metadata')
    expect(step.effects.find(({ effect }) => effect.kind === 'remember')?.skip).toBeTruthy()
    const [message] = selectEffects(step, 'discord')
    expect(message?.kind === 'discord' && message.text.split('\n')[0]).toBe(
      '⚠️ Codex needs human help for unknown#?.',
    )
  }
})

test('every status of a run is covered here', () => {
  for (const status of statuses) {
    const step = decide(createAcceptedFacts({ run: createRun({ status }) }), now, shipped)
    const expected = status === 'notified' ? 'wait' : isOpen(status) ? 'end' : 'stay'
    expect([status, step.kind]).toEqual([status, expected])
  }
})

test('the next prompt names everything that blocks the run, not only the reason', () => {
  const ci = known(
    {
      kind: 'failure' as const,
      commit: head,
      failed: [check],
      passed: [],
      rerunnable: [],
      because: 'unit failed',
      concludedAt: now,
    },
    now,
  )
  const review = known(
    {
      kind: 'changes_requested' as const,
      commit: head,
      reviews: [],
      findings: [],
      threads: [],
      threadHistories: [],
      because: 'ada',
    },
    now,
  )
  const facts = createAcceptedFacts({
    ci,
    review,
    change: known(createChange({ behind: true, draft: true }), now),
  })
  const step = decide(facts, now, shipped)
  expect(describeEnd(step)).toBe('needs_iteration / pull_request_draft')
  const prompt = step.kind === 'end' ? (step.nextPrompt ?? '') : ''
  for (const reason of [
    'pull_request_draft',
    'ci_failed',
    'review_changes_requested',
    'pull_request_behind',
  ])
    expect(prompt).toContain(reason)
  expect(prompt).toContain(issueText.title.length > 0 ? 'retry budget' : '')
})
