import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ago, ahead, minute, now, shipped } from '../../../../test/harness/accepted-facts.ts'
import { decideEscalation } from './decide-escalation.ts'
import type { SharedEscalation, SharedRun } from './shared-escalation.ts'

const createSharedRun = (issueNumber: number): SharedRun => ({
  repository: 'acme/widgets',
  issueNumber,
  issueUrl: `https://github.com/acme/widgets/issues/${issueNumber}`,
  prNumber: 100 + issueNumber,
  prUrl: `https://github.com/acme/widgets/pull/${100 + issueNumber}`,
  ciStatus: 'success',
  ciUrl: null,
  runUrl: `http://judge.test/runs/${issueNumber}`,
  artifacts: ['implementation-log'],
})
const listRuns = (count: number) =>
  Array.from({ length: Math.min(10, count) }, (_, index) => createSharedRun(index + 1))

/** A question about a model that is unavailable for so many runs. */
const createShared = (count: number, over: Partial<SharedEscalation> = {}): SharedEscalation => ({
  id: 'e1',
  state: 'open',
  resolution: null,
  reason: 'judge_unavailable',
  question: 'Every gate passed for acme/widgets#1, but the judge gave no usable answer. Ask again?',
  options: [
    { id: 'rerun', text: 'Again.' },
    { id: 'resume', text: 'Ask the judge again.' },
    { id: 'close', text: 'Close it.' },
  ],
  recommendation: 'resume',
  explanation: { reason: 'judge_unavailable', causeReason: null, because: 'It answered 503.' },
  remindAt: ahead(60 * minute),
  deadline: ahead(600 * minute),
  probeAt: ahead(minute),
  prober: 'run-2',
  isProbing: false,
  answer: null,
  message: { key: 'discord:run-1:escalation:3', text: 'as it was sent', wasEdited: false },
  edition: 17,
  runs: listRuns(count),
  runCount: count,
  ...over,
})
const decideShared = (escalation: SharedEscalation) => decideEscalation(escalation, now, shipped)
const readText = (escalation: SharedEscalation): string => {
  const [planned] = decideShared(escalation).effects
  return planned?.effect.kind === 'discord' ? planned.effect.text : ''
}

test('the message of one run stays as it was sent', () => {
  expect(decideShared(createShared(1))).toMatchObject({
    question: null,
    effects: [],
    reminded: false,
    resolution: null,
    probes: null,
    releases: false,
    dueAt: ahead(minute),
  })
})

test('the message is edited as runs join, and names the first ones', () => {
  expect(readText(createShared(3))).toMatchSnapshot('3 runs')
  expect(readText(createShared(25))).toMatchSnapshot('25 runs')
  const [planned] = decideShared(createShared(3)).effects
  expect(planned?.effect).toMatchObject({
    key: 'discord:run-1:escalation:3:edit:17',
    edits: 'discord:run-1:escalation:3',
  })
  expect(decideShared(createShared(3)).question).toMatch(/^Every gate passed for 3 issues,/)
  // Nothing is sent twice.
  const message = { key: 'k', text: readText(createShared(3)), wasEdited: true }
  expect(decideShared(createShared(3, { message })).effects).toEqual([])
})

test('when one run is left, the message is about it again', () => {
  const message = { key: 'k', text: 'about three', wasEdited: true }
  expect(readText(createShared(1, { message }))).toMatch(
    /^⚠️ Codex needs human help for acme\/widgets#1\.\n/,
  )
})

test('people are reminded once', () => {
  const due = createShared(3, { remindAt: now })
  const { effects, reminded } = decideShared(due)
  expect(reminded).toBe(true)
  expect(effects.map(({ effect }) => effect.key)).toEqual([
    'discord:run-1:escalation:3:edit:17',
    'discord:reminder:e1',
  ])
  expect(decideShared(createShared(3, { remindAt: null })).reminded).toBe(false)
})

test('a run tries again when it is due, unless the last try is not answered', () => {
  const due = createShared(3, { probeAt: now })
  expect(decideShared(due)).toMatchObject({
    probes: 'run-2',
    dueAt: ahead(shipped.escalation.retry),
  })
  const busy = decideShared({ ...due, isProbing: true })
  expect(busy.probes).toBeNull()
  expect(busy.dueAt).toBeLessThan(ahead(minute))
  expect(decideShared(createShared(3, { probeAt: null }))).toMatchObject({
    probes: null,
    dueAt: ahead(60 * minute),
  })
})

test('it ends without an answer at its deadline, and when no run waits for it', () => {
  expect(decideShared(createShared(3, { deadline: now }))).toMatchObject({
    resolution: { kind: 'unanswered', because: 'No one answered by 2026-11-21 12:00 UTC.' },
    dueAt: now,
  })
  expect(decideShared(createShared(0))).toMatchObject({ resolution: { kind: 'left' } })
})

test('its runs follow a resolution in batches, and the message says how it ended', () => {
  const recovered = createShared(3, {
    state: 'closed',
    resolution: 'recovered',
    answer: { by: 'service', what: 'openai/gpt-5.2 answers again.', note: null },
  })
  expect(decideShared(recovered)).toMatchObject({ releases: true, probes: null })
  expect(decideShared(recovered).dueAt).toBeGreaterThan(now)
  expect(readText(recovered)).toMatch(/Resolved by the service: openai\/gpt-5\.2 answers again\.$/m)
  expect(readText(recovered)).toMatch(/^⚠️ Codex needs human help for 3 issues\./)
  expect(decideShared({ ...recovered, runCount: 0 })).toMatchObject({
    releases: false,
    dueAt: null,
  })
  const answered = createShared(3, {
    state: 'answered',
    resolution: 'answered',
    answer: { by: 'octo', what: 'accept', note: 'It is fine.' },
  })
  expect(readText(answered)).toContain('Resolved by octo: accept — It is fine.')
})

test('a question that an older release closed frees the runs that it did not know', () => {
  const closed = createShared(2, { state: 'closed', resolution: null })
  expect(decideShared(closed)).toMatchObject({ resolution: { kind: 'recovered' }, dueAt: now })
  expect(decideShared({ ...closed, runCount: 0 })).toMatchObject({ resolution: null, dueAt: null })
})

test('whatever it is, an open one is due again, and a resolved one never probes or reminds', () => {
  const anyMoment = fc.constantFrom(null, ago(minute), now, ahead(minute))
  fc.assert(
    fc.property(
      fc.record({
        state: fc.constantFrom('open' as const, 'answered' as const, 'closed' as const),
        resolution: fc.constantFrom(null, 'recovered', 'answered', 'unanswered', 'left'),
        remindAt: anyMoment,
        deadline: fc.constantFrom(ago(minute), now, ahead(minute)),
        probeAt: anyMoment,
        prober: fc.option(fc.constant('run-2')),
        isProbing: fc.boolean(),
        runCount: fc.nat(30),
      }),
      (over) => {
        const step = decideShared(createShared(over.runCount, over))
        if (over.state === 'open') expect(step.dueAt).not.toBeNull()
        else expect([step.probes, step.reminded]).toEqual([null, false])
        if (step.dueAt !== null && step.resolution === null) expect(step.dueAt).toBeGreaterThan(now)
        if (step.resolution !== null) expect([step.probes, step.effects]).toEqual([null, []])
        for (const { effect } of step.effects)
          if (effect.kind === 'discord') expect([...effect.text].length).toBeLessThanOrEqual(2_000)
      },
    ),
    { numRuns: 500 },
  )
})
