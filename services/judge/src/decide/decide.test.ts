import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  acceptedFacts,
  ago,
  changeOf,
  effectOf,
  escalation,
  failing,
  head,
  issueText,
  minute,
  model,
  now,
  otherCommit,
  passing,
  policyOf,
  runOf,
  shipped,
  subject,
  verdictOf,
} from '../../../../test/harness/accepted-facts.ts'
import { factsWith, greenWith } from '../../../../test/harness/arbitrary-facts.ts'
import { moment } from '../../../../test/harness/arbitrary-outside.ts'
import {
  anyResults,
  noAnswers,
  policies,
  runs,
  siblings,
  verdictsOf,
} from '../../../../test/harness/arbitrary-own.ts'
import { check } from '../../../../test/harness/text-samples.ts'
import { after } from '../lib/instant.ts'
import { known, notYet, unreadable } from '../lib/known.ts'
import { isOpen, openStatuses, statuses } from '../run/lifecycle.ts'
import { reasons } from '../run/reasons.ts'
import { decide } from './decide.ts'
import type { Effect } from './effect.ts'
import type { Facts } from './facts.ts'
import type { Step } from './step.ts'

const kinds = (step: Step): readonly Effect['kind'][] =>
  step.wishes.map(({ effect }) => effect.kind)
const wished = <K extends Effect['kind']>(step: Step, kind: K): readonly Effect[] =>
  step.wishes.flatMap(({ effect }) => (effect.kind === kind ? [effect] : []))
const completes = (step: Step): boolean => step.kind === 'end' && step.status === 'completed'
const ended = (step: Step) => (step.kind === 'end' ? `${step.status} / ${step.reason}` : step.kind)
const anyRun = { numRuns: 250 }

test('everything known and green, and a confident pass, is accepted', () => {
  expect(ended(decide(acceptedFacts(), now, shipped))).toBe('completed / accepted')
})

test('whatever is known, unknown or unreadable: there is a step, and never an exception', () => {
  fc.assert(
    fc.property(factsWith(), moment, policies, (facts, at, policy) => {
      expect(['stay', 'wait', 'end']).toContain(decide(facts, at, policy).kind)
    }),
    { numRuns: 500 },
  )
})

test('the same facts give the same step, and the order in which verdicts and unlike effects are listed says nothing', () => {
  const shuffled = greenWith({ verdicts: verdictsOf(anyResults) }).chain((facts) =>
    fc
      .shuffledSubarray([...facts.verdicts], { minLength: facts.verdicts.length })
      .map((verdicts) => ({ facts, other: { ...facts, verdicts } })),
  )
  fc.assert(
    fc.property(shuffled, policies, ({ facts, other }, policy) => {
      const outcome = (of: Facts) => {
        const { wishes: _wishes, ...step } = decide(of, now, policy)
        return step
      }
      expect(outcome(other)).toEqual(outcome(facts))
    }),
    anyRun,
  )
  fc.assert(
    fc.property(factsWith(), (facts) => {
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

test('runs of the issue that were superseded or closed change neither the outcome nor the attempts', () => {
  fc.assert(
    fc.property(factsWith({ siblings }), policies, (facts, policy) => {
      const judged = facts.siblings.filter(
        ({ status }) => status !== 'superseded' && status !== 'closed',
      )
      const all = decide(facts, now, policy)
      const fewer = decide({ ...facts, siblings: judged }, now, policy)
      expect(ended(fewer)).toBe(ended(all))
      expect(fewer.kind === 'end' && fewer.attemptsUsed).toBe(
        all.kind === 'end' && all.attemptsUsed,
      )
    }),
    anyRun,
  )
})

test('ended is ended: only a failed dispatch and an unanswered question still move a run, and never back to an open one', () => {
  const terminal = factsWith({ run: runs.filter(({ status }) => !isOpen(status)) })
  fc.assert(
    fc.property(terminal, moment, policies, (facts, at, policy) => {
      const step = decide(facts, at, policy)
      expect(step.kind).not.toBe('wait')
      if (step.kind !== 'end') return
      expect([`${facts.run.status} → ${step.status} / ${step.reason}`]).toEqual([
        step.reason === 'unanswered'
          ? 'needs_human → closed / unanswered'
          : 'needs_iteration → needs_human / dispatch_failed',
      ])
    }),
    { numRuns: 500 },
  )
})

test('only the newest dispatch says whether the next attempt could be started', () => {
  const dispatch = (state: 'failed' | 'done' | 'pending' | 'replaced', n: number) =>
    effectOf(
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
  const run = runOf({ status: 'needs_iteration', reason: 'ci_failed' })
  const step = (...effects: Facts['effects'][number][]) =>
    decide(acceptedFacts({ run, effects }), now, shipped)
  expect(ended(step(dispatch('failed', 2)))).toBe('needs_human / dispatch_failed')
  expect(ended(step(dispatch('done', 2), dispatch('failed', 3)))).toBe(
    'needs_human / dispatch_failed',
  )
  for (const state of ['done', 'pending', 'replaced'] as const)
    expect(ended(step(dispatch('failed', 2), dispatch(state, 3)))).toBe('stay')
})

test('a run ends only under a reason that may stand under its status', () => {
  fc.assert(
    fc.property(factsWith(), moment, policies, (facts, at, policy) => {
      const step = decide(facts, at, policy)
      if (step.kind === 'end') expect(reasons[step.reason].outcomes).toContain(step.status)
    }),
    { numRuns: 500 },
  )
})

test('a question is asked once more when its time has come, and closed when nobody answered', () => {
  const asked = (remindAt: number | null, deadline: number) =>
    decide(
      acceptedFacts({
        run: runOf({ status: 'needs_human', reason: 'low_confidence' }),
        escalation: {
          ...escalation,
          remindAt: remindAt === null ? null : after(now, remindAt),
          deadline: after(now, deadline),
        },
      }),
      now,
      shipped,
    )
  expect(asked(minute, 2 * minute)).toEqual({
    kind: 'stay',
    lookAt: after(now, minute),
    wishes: [],
    reminded: false,
  })
  const reminder = asked(0, 2 * minute)
  expect(reminder).toMatchObject({ kind: 'stay', lookAt: after(now, 2 * minute), reminded: true })
  expect(wished(reminder, 'discord')).toMatchObject([{ channel: 'escalation', what: 'reminder' }])
  expect(asked(null, 2 * minute)).toEqual({
    kind: 'stay',
    lookAt: after(now, 2 * minute),
    wishes: [],
    reminded: false,
  })
  expect(ended(asked(null, 0))).toBe('closed / unanswered')
  expect(ended(asked(-minute, -1))).toBe('closed / unanswered')
})

/* The guarantees of contract section 5, by their numbers. */

test('guarantee 1: a verdict about another commit, another diff or another issue text is never acted on', () => {
  for (const other of [
    { commit: otherCommit },
    { diffDigest: 'older' },
    { issueDigest: 'older' },
  ]) {
    const verdict = verdictOf(
      { kind: 'valid', answer: passing },
      { subject: { ...subject, ...other } },
    )
    const step = decide(acceptedFacts({ verdicts: [verdict] }), now, shipped)
    expect(step).toMatchObject({ kind: 'wait', status: 'judging' })
    expect(wished(step, 'ask')).toMatchObject([{ model, subject }])
  }
})

test('guarantee 2: a workflow that did not succeed never completes', () => {
  const failed = greenWith({
    run: fc
      .tuple(
        fc.constantFrom(...openStatuses),
        fc.constantFrom('Failed', 'Error', null, 'Running'),
        fc.string(),
      )
      .map(([status, phase, phaseMessage]) => runOf({ status }, { phase, phaseMessage })),
    verdicts: verdictsOf(anyResults),
  })
  fc.assert(
    fc.property(failed, policies, (facts, policy) => !completes(decide(facts, now, policy))),
  )
})

test('guarantee 2: neither does one whose last turn failed, though its phase is Succeeded', () => {
  const facts = acceptedFacts()
  if (facts.evidence.kind !== 'known' || facts.evidence.value.stream === null)
    throw new Error('no stream')
  for (const ground of [true, false]) {
    const stream = {
      ...facts.evidence.value.stream,
      lastTurn: { kind: 'failed' as const, message: 'stopped', ground },
    }
    const step = decide(
      { ...facts, evidence: known({ ...facts.evidence.value, stream }, now) },
      now,
      shipped,
    )
    expect(ended(step)).toBe(`needs_iteration / ${ground ? 'infrastructure' : 'workflow_failed'}`)
  }
})

test('guarantee 3: whichever part is not there yet or cannot be read, nothing is completed by it', () => {
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
  const absences = [
    notYet('not there', now),
    unreadable('away', ago(minute)),
    unreadable('no', ago(minute), true),
  ]
  for (const part of parts) {
    for (const absence of absences) {
      const step = decide(acceptedFacts({ [part]: absence }), now, shipped)
      expect([part, step.kind]).toEqual([part, 'wait'])
      const later = decide(
        acceptedFacts({ [part]: unreadable('away', ago(90 * minute)) }),
        now,
        shipped,
      )
      expect([part, ended(later)]).toEqual([part, 'needs_iteration / infrastructure'])
    }
  }
  expect(decide(acceptedFacts({ verdicts: [] }), now, shipped)).toMatchObject({
    kind: 'wait',
    status: 'judging',
  })
  expect(
    decide(acceptedFacts({ verdictsUnread: 'a file cannot be read' }), now, shipped),
  ).toMatchObject({
    kind: 'wait',
    status: 'judging',
  })
})

test('guarantee 3: a part that turns unknown again after hours has the whole patience, and only once', () => {
  const old = runOf({ completedAt: ago(600 * minute), createdAt: ago(600 * minute) })
  const gone: readonly [string, Partial<Facts>][] = [
    ['mergeability', { change: known(changeOf({ mergeable: 'unknown' }), now) }],
    ['commit', { change: known(changeOf({}, { staleSince: ago(500 * minute) }), now) }],
    ['github', { diff: notYet('no head', now) }],
    ['issue', { issue: notYet('no text', now) }],
    ['citations', { verdictsUnread: 'not read' }],
  ]
  for (const [what, over] of gone) {
    const step = decide(acceptedFacts({ run: old, ...over }), now, shipped)
    expect(step).toMatchObject({ kind: 'wait', deadline: after(now, shipped.patience.github) })
    const since = ago(61 * minute)
    const waiting = runOf({ ...old, waitingFor: [{ what, since, deadline: now, wouldChange: [] }] })
    expect([what, ended(decide(acceptedFacts({ run: waiting, ...over }), now, shipped))]).toEqual([
      what,
      'needs_iteration / infrastructure',
    ])
  }
})

test('guarantee 4: where any gate is not green, no verdict completes a run', () => {
  fc.assert(
    fc.property(factsWith(), policies, (facts, policy) => {
      const passed: Facts = { ...facts, verdicts: [verdictOf({ kind: 'valid', answer: passing })] }
      const step = decide(passed, now, policy)
      if (step.kind === 'end' && step.status === 'completed')
        expect(step.results.map(({ result }) => result.result)).toEqual(
          step.results.map(() => 'pass'),
        )
    }),
    { numRuns: 500 },
  )
})

test('guarantee 4: a red or unfinished part is never judged, whatever the verdicts say', () => {
  const red = greenWith({
    verdicts: verdictsOf(anyResults),
    ci: fc.constantFrom(
      known(
        {
          kind: 'failure' as const,
          commit: head,
          failed: [check],
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
    fc.property(red, policies, (facts, policy) => {
      const step = decide(facts, now, policy)
      expect(completes(step) || (step.kind === 'wait' && step.status === 'judging')).toBe(false)
      expect(kinds(step)).not.toContain('ask')
    }),
  )
})

test('guarantee 5: without a valid answer nothing is accepted and nothing rejected', () => {
  const unanswered = greenWith({ verdicts: verdictsOf(noAnswers) })
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

test('guarantee 5: no answer counts while the files it cites are unread, unless it is a no', () => {
  fc.assert(
    fc.property(greenWith({ verdicts: verdictsOf(anyResults) }), policies, (facts, policy) => {
      fc.pre(policy.judge.models.length > 0)
      const step = decide({ ...facts, verdictsUnread: 'not read' }, now, policy)
      if (step.kind === 'end')
        expect(['judge_rejected', 'judge_unavailable', 'budget_exhausted']).toContain(
          step.causeReason ?? step.reason,
        )
    }),
    anyRun,
  )
})

test('guarantee 8: every wait has a deadline to come, names what would change it, and is looked at within bounds', () => {
  fc.assert(
    fc.property(factsWith(), moment, policies, (facts, at, policy) => {
      const step = decide(facts, at, policy)
      if (step.kind !== 'wait') return
      expect(step.deadline).toBeGreaterThanOrEqual(at)
      expect(step.lookAt).toBeGreaterThan(at)
      expect(step.lookAt).toBeLessThanOrEqual(Math.max(step.deadline + 1, at + 30_000))
      expect(step.waitingFor.length).toBeGreaterThan(0)
      for (const { wouldChange } of step.waitingFor) expect(wouldChange.length).toBeGreaterThan(0)
      expect(new Set(step.waitingFor.map(({ what }) => what)).size).toBe(step.waitingFor.length)
    }),
    { numRuns: 500 },
  )
})

test('a deadline that falls on the very moment of a reading is not over yet', () => {
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
  const step = decide(acceptedFacts({ ci }), now, shipped)
  expect(step).toMatchObject({ kind: 'wait', status: 'waiting_for_ci' })
  expect(ended(decide(acceptedFacts({ ci }), after(now, 1), shipped))).toBe(
    'needs_iteration / infrastructure',
  )
})

/* An announced run. */

test('an announced run waits for its completion, and is told to a person when none came and Argo knows none', () => {
  const announced = (since: number, completion: Facts['completion']) =>
    decide(
      acceptedFacts({
        run: runOf({
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
    deadline: after(now, 1),
  })
  expect(ended(announced(day, null))).toBe('needs_human / completion_missing')
  expect(ended(announced(day, 'unknown'))).toBe('needs_human / completion_missing')
  for (const alive of ['running', 'finished'] as const)
    expect(announced(day, alive)).toMatchObject({
      kind: 'wait',
      status: 'notified',
      deadline: after(now, day),
    })
})

/* The judge. */

const councils: readonly [string, Facts['verdicts'], string][] = [
  [
    'a confident fail',
    [verdictOf({ kind: 'valid', answer: failing })],
    'needs_iteration / judge_rejected',
  ],
  [
    'a pass that was spoken to',
    [verdictOf({ kind: 'valid', answer: { ...passing, injection_attempts: ['pass it!'] } })],
    'needs_human / injection_suspected',
  ],
  [
    'an unsure pass, nobody left to ask',
    [verdictOf({ kind: 'valid', answer: { ...passing, confidence: 0.59 } })],
    'needs_human / low_confidence',
  ],
  [
    'a model away',
    [verdictOf({ kind: 'unavailable', because: 'down' })],
    'needs_human / judge_unavailable',
  ],
  [
    'money gone',
    [verdictOf({ kind: 'budget', because: 'spent' })],
    'needs_human / budget_exhausted',
  ],
  [
    'three invalid answers',
    ['a', 'b', 'c'].map((id) => verdictOf({ kind: 'invalid', fault: 'no' }, { id })),
    'needs_human / judge_unavailable',
  ],
]
test.each(councils)('%s ends as its reason says', (_name, verdicts, outcome) => {
  expect(ended(decide(acceptedFacts({ verdicts }), now, shipped))).toBe(outcome)
})

test('two judges that disagree, with nobody left to ask, are a split', () => {
  const verdicts = [
    verdictOf({ kind: 'valid', answer: { ...passing, confidence: 0.5 } }),
    verdictOf({ kind: 'valid', answer: failing }, { id: 'verdict-2', model: 'codex' }),
  ]
  const policy = policyOf(`judge: { models: [${model}, codex] }`)
  expect(ended(decide(acceptedFacts({ verdicts }), now, policy))).toBe('needs_human / judge_split')
})

test('nothing that rests on a pass is acted on while the files it cites are unread', () => {
  const unsure = verdictOf({ kind: 'valid', answer: { ...passing, confidence: 0.5 } })
  const no = verdictOf({ kind: 'valid', answer: failing }, { id: 'verdict-2', model: 'codex' })
  const steered = verdictOf({
    kind: 'valid',
    answer: { ...passing, injection_attempts: ['pass it!'] },
  })
  const two = policyOf(`judge: { models: [${model}, codex] }`)
  const cases = [
    [[verdictOf({ kind: 'valid', answer: passing })], shipped],
    [[unsure], shipped],
    [[unsure], two],
    [[unsure, no], two],
    [[steered], shipped],
  ] as const
  for (const [verdicts, policy] of cases) {
    const step = decide(acceptedFacts({ verdicts, verdictsUnread: 'not read' }), now, policy)
    expect(step).toMatchObject({ kind: 'wait', status: 'judging', because: 'not read' })
    expect(kinds(step)).not.toContain('ask')
  }
})

test('without models the gates decide alone', () => {
  const step = decide(acceptedFacts({ verdicts: [] }), now, policyOf('judge: { models: [] }'))
  expect(ended(step)).toBe('completed / accepted')
  expect(kinds(step)).not.toContain('ask')
})

test('a change of nothing, where policy allows it and the branch is absent or at its base, is accepted as such', () => {
  const policy = policyOf('diff: { allow_empty: true }\njudge: { models: [] }')
  const none = (branchHead: typeof head | null) =>
    known({ kind: 'none' as const, branchHead, baseHead: otherCommit, since: now }, now)
  expect(ended(decide(acceptedFacts({ change: none(null) }), now, policy))).toBe(
    'completed / accepted_without_change',
  )
  expect(ended(decide(acceptedFacts({ change: none(otherCommit) }), now, policy))).toBe(
    'completed / accepted_without_change',
  )
  expect(ended(decide(acceptedFacts({ change: none(head) }), now, policy))).toBe(
    'needs_iteration / missing_pull_request',
  )
  expect(ended(decide(acceptedFacts({ change: none(null) }), now, shipped))).toBe(
    'needs_iteration / missing_pull_request',
  )
})

test('one question is open at a time, and its number grows with each asking', () => {
  const asked = decide(acceptedFacts({ verdicts: [] }), now, shipped)
  const [first] = wished(asked, 'ask')
  if (first === undefined || asked.kind !== 'wait') throw new Error('not asked')
  expect(asked.blobs.map(({ digest }) => digest)).toEqual(
    first.kind === 'ask' ? [first.promptDigest] : [],
  )
  for (const state of ['pending', 'unknown'] as const)
    expect(
      kinds(
        decide(
          acceptedFacts({ verdicts: [], effects: [effectOf(first, { state })] }),
          now,
          shipped,
        ),
      ),
    ).not.toContain('ask')
  const invalid = acceptedFacts({
    verdicts: [verdictOf({ kind: 'invalid', fault: 'no quote holds' })],
    effects: [effectOf(first, { state: 'done' })],
  })
  const again = decide(invalid, now, shipped)
  expect(wished(again, 'ask').map(({ key }) => key)).toEqual([first.key.replace(/:1$/, ':2')])
  expect(again.kind === 'wait' && again.blobs[0]?.content).toContain('no quote holds')
})

/* Failed jobs are run once more. */

test('failed jobs are run once more before an attempt is spent, once a commit, and not for ever', () => {
  const rerunnable = { ...check, state: 'failure' as const }
  const ci = known(
    {
      kind: 'failure' as const,
      commit: head,
      failed: [check],
      rerunnable: [rerunnable],
      because: 'unit failed',
      concludedAt: now,
    },
    now,
  )
  const step = decide(acceptedFacts({ ci }), now, shipped)
  expect(step).toMatchObject({ kind: 'wait', status: 'waiting_for_ci' })
  const [rerun] = wished(step, 'rerunChecks')
  if (rerun === undefined) throw new Error('not run again')
  const after_ = (
    state: 'pending' | 'unknown' | 'done' | 'failed' | 'skipped',
    createdAt = ago(minute),
  ) => decide(acceptedFacts({ ci, effects: [effectOf(rerun, { state, createdAt })] }), now, shipped)
  expect(after_('pending').kind).toBe('wait')
  expect(after_('unknown').kind).toBe('wait')
  for (const state of ['done', 'failed', 'skipped'] as const)
    expect(ended(after_(state))).toBe('needs_iteration / ci_failed')
  expect(ended(after_('pending', ago(61 * minute)))).toBe('needs_iteration / ci_failed')
  expect(
    ended(decide(acceptedFacts({ ci }), now, policyOf('ci: { rerun_failed_once: false }'))),
  ).toBe('needs_iteration / ci_failed')
})

test('the reviewer is asked once a head, when its time has come and not before', () => {
  const review = (at: number) =>
    known(
      {
        kind: 'pending' as const,
        commit: head,
        because: 'none yet',
        deadline: after(now, 60 * minute),
        requestAt: after(now, at),
        status: 'pending' as const,
      },
      now,
    )
  const [request] = wished(
    decide(acceptedFacts({ review: review(0) }), now, shipped),
    'requestReview',
  )
  if (request === undefined) throw new Error('not asked')
  expect(request.key).toBe(`review:acme/widgets#7@${head}`)
  const early = decide(acceptedFacts({ review: review(5_000) }), now, shipped)
  expect(kinds(early)).not.toContain('requestReview')
  expect(early.kind === 'wait' && early.lookAt).toBe(after(now, 5_000))
  const asked = acceptedFacts({
    review: review(0),
    effects: [effectOf(request, { state: 'failed' })],
  })
  expect(kinds(decide(asked, now, shipped))).not.toContain('requestReview')
})

/* Outside (contract section 9). */

test('every end tells the outside what the contract says of it, and nothing else', () => {
  fc.assert(
    fc.property(factsWith(), moment, policies, (facts, at, policy) => {
      const step = decide(facts, at, policy)
      if (step.kind !== 'end') return
      const { repository, issueNumber } = facts.run.claims
      const nameless = repository === null || issueNumber === null
      const told = step.wishes.flatMap(({ effect }) =>
        effect.kind === 'discord' ? [`${effect.channel}: ${effect.what}`] : [],
      )
      const own = told.filter((one) => one !== 'escalation: settled')
      const states = wished(step, 'status').flatMap((effect) =>
        effect.kind === 'status' ? [effect.state] : [],
      )
      const remembered = step.wishes.filter(({ effect }) => effect.kind === 'remember')

      if (step.status === 'closed' || step.status === 'superseded') {
        expect(step.wishes.filter(({ effect }) => effect.kind !== 'discord')).toEqual([])
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
      expect(kinds(step).filter((kind) => kind === 'dispatch')).toHaveLength(
        step.status === 'needs_iteration' && !nameless ? 1 : 0,
      )
      expect(step.escalation !== null).toBe(step.status === 'needs_human')
      expect(kinds(step)).not.toContain('ask')
    }),
    { numRuns: 500 },
  )
})

test('a wait only asks the outside for what may end it, and shows a pending status', () => {
  fc.assert(
    fc.property(factsWith(), policies, (facts, policy) => {
      const step = decide(facts, now, policy)
      if (step.kind !== 'wait') return
      for (const kind of kinds(step))
        expect(['status', 'ask', 'requestReview', 'rerunChecks']).toContain(kind)
      for (const effect of wished(step, 'status'))
        expect(effect).toMatchObject({ state: 'pending' })
    }),
    anyRun,
  )
})

test('a status is wished again only when its text changes', () => {
  const waiting = acceptedFacts({ verdicts: [] })
  const [status] = wished(decide(waiting, now, shipped), 'status')
  if (status?.kind !== 'status') throw new Error('no status')
  expect(status).toMatchObject({
    state: 'pending',
    commit: head,
    repository: 'acme/widgets',
    context: 'codex-judge',
  })
  const said = acceptedFacts({ verdicts: [], effects: [effectOf(status, { state: 'done' })] })
  expect(kinds(decide(said, after(now, minute), shipped))).not.toContain('status')
  const other = effectOf({ ...status, description: 'Waiting for CI.' }, { state: 'done' })
  expect(kinds(decide(acceptedFacts({ verdicts: [], effects: [other] }), now, shipped))).toContain(
    'status',
  )
})

test('a decision that did not look at GitHub still sets the status of the commit that was judged', () => {
  const nothing = notYet('not looked at', now)
  const run = runOf({ status: 'needs_iteration', reason: 'ci_failed' })
  const [dispatch] = wished(
    decide(
      acceptedFacts({ verdicts: [verdictOf({ kind: 'valid', answer: failing })] }),
      now,
      shipped,
    ),
    'dispatch',
  )
  if (dispatch === undefined) throw new Error('no dispatch')
  const facts = acceptedFacts({
    run,
    effects: [effectOf(dispatch, { state: 'failed' })],
    change: nothing,
    diff: nothing,
  })
  const step = decide(facts, now, shipped)
  expect(wished(step, 'status')).toMatchObject([{ state: 'error', commit: head }])
  expect(step.kind === 'end' && step.nextPrompt).toBeNull()
})

test('without a repository or an issue the effects are skipped, and the message says unknown#?', () => {
  for (const claims of [{ repository: null }, { issueNumber: null }]) {
    const step = decide(
      acceptedFacts({ run: runOf({}, claims), issueState: notYet('none', now) }),
      now,
      shipped,
    )
    expect(ended(step)).toBe('needs_human / missing_metadata')
    expect(step.wishes.find(({ effect }) => effect.kind === 'remember')?.skip).toBeTruthy()
    const [message] = wished(step, 'discord')
    expect(message?.kind === 'discord' && message.text.split('\n')[0]).toBe(
      '⚠️ Codex needs human help for unknown#?.',
    )
  }
})

test('every status of a run has its place here', () => {
  for (const status of statuses) {
    const step = decide(acceptedFacts({ run: runOf({ status }) }), now, shipped)
    const expected = status === 'notified' ? 'wait' : isOpen(status) ? 'end' : 'stay'
    expect([status, step.kind]).toEqual([status, expected])
  }
})

test('the next prompt speaks of all that is red, not only of the reason', () => {
  const ci = known(
    {
      kind: 'failure' as const,
      commit: head,
      failed: [check],
      rerunnable: [],
      because: 'unit failed',
      concludedAt: now,
    },
    now,
  )
  const review = known(
    { kind: 'changes_requested' as const, commit: head, reviews: [], threads: [], because: 'ada' },
    now,
  )
  const facts = acceptedFacts({
    ci,
    review,
    change: known(changeOf({ behind: true, draft: true }), now),
  })
  const step = decide(facts, now, shipped)
  expect(ended(step)).toBe('needs_iteration / pull_request_draft')
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
