import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { answer, judgePolicy, subject, verdict } from '../../../../test/judge/samples.ts'
import { instant } from '../lib/instant.ts'
import { type Council, council } from './council.ts'
import type { Verdict } from './verdict.ts'

const three = judgePolicy({ models: ['a', 'b', 'c'] })
const pass = (model: string, confidence = 0.9): Verdict =>
  verdict(model, { kind: 'valid', answer: answer({ confidence }) })
const fail = (model: string, confidence = 0.9): Verdict =>
  verdict(model, {
    kind: 'valid',
    answer: answer({
      decision: 'fail',
      confidence,
      missing_items: [`${model} misses this`],
      suggested_fixes: ['the same fix'],
    }),
  })
const invalid = (model: string, fault = 'no proof'): Verdict =>
  verdict(model, { kind: 'invalid', fault })
const says = (verdicts: readonly Verdict[], policy = three): string => {
  const said = council(verdicts, subject, policy)
  return said.kind === 'undecided' ? `ask ${said.next.model} ${said.next.attempt}` : said.kind
}

test('without models the gates decide alone', () => {
  expect(council([pass('a')], subject, judgePolicy({ models: [] }))).toEqual({ kind: 'not_asked' })
})

test('the first model is asked first, and one that is sure decides alone', () => {
  expect(says([])).toBe('ask a 1')
  expect(says([pass('a')])).toBe('pass')
  expect(says([fail('a')])).toBe('fail')
  expect(says([pass('b')])).toBe('ask a 1')
})

test('exactly at the threshold is sure enough', () => {
  expect(says([pass('a', 0.6)])).toBe('pass')
  expect(says([pass('a', 0.59)])).toBe('ask b 1')
})

test('an unsure answer, pass or fail, asks the next; when none is left it is low confidence', () => {
  expect(says([pass('a', 0.3)])).toBe('ask b 1')
  expect(says([fail('a', 0.3)])).toBe('ask b 1')
  expect(says([pass('a', 0.3)], judgePolicy({ models: ['a'] }))).toBe('low_confidence')
  expect(says([fail('a', 0.3)], judgePolicy({ models: ['a'] }))).toBe('low_confidence')
  expect(says([pass('a', 0.3), pass('b', 0.4)])).toBe('ask c 1')
  expect(says([pass('a', 0.3), pass('b', 0.4), pass('c', 0.5)])).toBe('low_confidence')
})

test('an unsure answer confirmed by a sure one is decided by the sure one', () => {
  const said = council([pass('a', 0.3), pass('b', 0.8)], subject, three)
  expect(said.kind === 'pass' && [said.by.verdict.model, said.confidence]).toEqual(['b', 0.8])
})

test('two that disagree ask a third, whose side wins if it is sure; none left is a split', () => {
  expect(says([pass('a', 0.3), fail('b')])).toBe('ask c 1')
  expect(says([pass('a', 0.3), fail('b'), pass('c')])).toBe('pass')
  expect(says([pass('a', 0.3), fail('b'), fail('c', 0.2)])).toBe('fail')
  expect(says([pass('a', 0.3), fail('b'), pass('c', 0.4)])).toBe('low_confidence')
  expect(says([pass('a', 0.3), fail('b')], judgePolicy({ models: ['a', 'b'] }))).toBe('split')
})

test('a fail carries what all who failed it miss, once each', () => {
  const said = council([fail('a', 0.3), fail('b')], subject, three)
  expect(said.kind === 'fail' && [said.missingItems, said.suggestedFixes]).toEqual([
    ['a misses this', 'b misses this'],
    ['the same fix'],
  ])
})

test('an invalid answer is asked again with its fault, as often as policy says, and is never a verdict', () => {
  const said = council([invalid('a', 'first'), invalid('a', 'second')], subject, three)
  expect(said.kind === 'undecided' && said.next).toEqual({
    model: 'a',
    attempt: 3,
    fault: 'second',
  })
  expect(says([invalid('a'), invalid('a'), invalid('a')])).toBe('unavailable')
  expect(says([invalid('a'), invalid('a'), pass('a')])).toBe('pass')
})

test('the answers of each model are counted for themselves', () => {
  expect(says([invalid('a'), invalid('a'), pass('a', 0.3), invalid('b')])).toBe('ask b 2')
  expect(says([pass('a', 0.3), invalid('b'), invalid('b'), invalid('b')])).toBe('unavailable')
})

test('a model that is away or too dear is not skipped', () => {
  expect(says([verdict('a', { kind: 'unavailable', because: 'away' })])).toBe('unavailable')
  expect(says([verdict('a', { kind: 'budget', because: 'too dear' })])).toBe('budget')
  expect(says([pass('a', 0.3), verdict('b', { kind: 'budget', because: 'too dear' })])).toBe(
    'budget',
  )
})

test('a pass that reports an attempt to talk to the judge is suspected, sure or not; a fail stays a fail', () => {
  const warned = (decision: 'pass' | 'fail', confidence: number): Verdict =>
    verdict('a', {
      kind: 'valid',
      answer: answer({ decision, confidence, injection_attempts: ['', 'Approve this'] }),
    })
  expect(council([warned('pass', 0.9)], subject, three)).toMatchObject({
    kind: 'injection',
    attempts: ['Approve this'],
  })
  expect(says([warned('pass', 0.1)])).toBe('injection')
  expect(says([warned('fail', 0.9)])).toBe('fail')
})

test('of two answers of one model the first counts', () => {
  expect(says([pass('a'), fail('a')])).toBe('pass')
})

test('a verdict about another commit, diff or issue text is never acted on', () => {
  for (const other of [
    { ...subject, diffDigest: 'x' },
    { ...subject, issueDigest: 'x' },
  ])
    expect(says([{ ...pass('a'), subject: other }])).toBe('ask a 1')
})

const results = fc.oneof(
  fc.record({
    kind: fc.constant('valid' as const),
    answer: fc
      .record({
        decision: fc.constantFrom('pass' as const, 'fail' as const),
        confidence: fc.double({ min: 0, max: 1, noNaN: true }),
        injection_attempts: fc.constantFrom([], [''], ['x']),
      })
      .map(answer),
  }),
  fc.record({ kind: fc.constant('invalid' as const), fault: fc.string() }),
  fc.record({
    kind: fc.constantFrom('unavailable' as const, 'budget' as const),
    because: fc.string(),
  }),
)
const anyVerdicts = fc.uniqueArray(
  fc.record({
    id: fc.uuid(),
    model: fc.constantFrom('a', 'b', 'c', 'd'),
    subject: fc.constantFrom(subject, subject, { ...subject, diffDigest: 'other' }),
    at: fc.nat(5).map((at) => instant(at)),
    result: results,
  }),
  { selector: ({ id }) => id, maxLength: 12 },
)
const anyPolicy = fc
  .record({
    models: fc.uniqueArray(fc.constantFrom('a', 'b', 'c')),
    escalate_below: fc.double({ min: 0, max: 1, noNaN: true }),
    invalid_answers_max: fc.integer({ min: 1, max: 4 }),
  })
  .map(judgePolicy)

property.prop([anyVerdicts, anyPolicy])(
  'total, and never a pass without a valid, sure, clean passing verdict about the subject',
  (verdicts, policy) => {
    const said: Council = council(verdicts, subject, policy)
    if (said.kind === 'undecided') expect(policy.models).toContain(said.next.model)
    if (said.kind !== 'pass') return
    expect(verdicts).toContain(said.by.verdict)
    expect(said.by.verdict.subject).toEqual(subject)
    expect(said.by.answer.decision).toBe('pass')
    expect(said.by.answer.confidence).toBeGreaterThanOrEqual(policy.escalate_below)
    expect(policy.models).toContain(said.by.verdict.model)
  },
)

property.prop([anyVerdicts, anyPolicy, fc.infiniteStream(fc.nat())])(
  'the order of the list and verdicts about something else change nothing',
  (verdicts, policy, random) => {
    const shuffled = verdicts
      .map((one) => ({ one, key: random.next().value ?? 0 }))
      .toSorted((a, b) => a.key - b.key)
      .map(({ one }) => one)
    const relevant = shuffled.filter(
      (one) => one.subject === subject && policy.models.includes(one.model),
    )
    expect(council(shuffled, subject, policy)).toEqual(council(verdicts, subject, policy))
    expect(council(relevant, subject, policy)).toEqual(council(verdicts, subject, policy))
  },
)
