import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { answer, judgePolicy, subject, verdict } from '../../../../test/judge/samples.ts'
import { toInstant } from '../lib/instant.ts'
import { type Council, evaluateCouncil } from './council.ts'
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
const summarize = (verdicts: readonly Verdict[], policy = three): string => {
  const result = evaluateCouncil(verdicts, subject, policy)
  return result.kind === 'undecided'
    ? `ask ${result.next.model} ${result.next.attempt}`
    : result.kind
}

test('without models only the gates decide', () => {
  expect(evaluateCouncil([pass('a')], subject, judgePolicy({ models: [] }))).toEqual({
    kind: 'not_asked',
  })
})

test('the first model is asked first, and decides alone if it is sure', () => {
  expect(summarize([])).toBe('ask a 1')
  expect(summarize([pass('a')])).toBe('pass')
  expect(summarize([fail('a')])).toBe('fail')
  expect(summarize([pass('b')])).toBe('ask a 1')
})

test('a confidence exactly at the threshold is sure enough', () => {
  expect(summarize([pass('a', 0.6)])).toBe('pass')
  expect(summarize([pass('a', 0.59)])).toBe('ask b 1')
})

test('after an unsure answer the next model is asked; with none left the result is low_confidence', () => {
  expect(summarize([pass('a', 0.3)])).toBe('ask b 1')
  expect(summarize([fail('a', 0.3)])).toBe('ask b 1')
  expect(summarize([pass('a', 0.3)], judgePolicy({ models: ['a'] }))).toBe('low_confidence')
  expect(summarize([fail('a', 0.3)], judgePolicy({ models: ['a'] }))).toBe('low_confidence')
  expect(summarize([pass('a', 0.3), pass('b', 0.4)])).toBe('ask c 1')
  expect(summarize([pass('a', 0.3), pass('b', 0.4), pass('c', 0.5)])).toBe('low_confidence')
})

test('a model that is named again gives another sample, and only while nothing is decided', () => {
  const twice = judgePolicy({ models: ['a', 'a', 'b'] })
  expect(summarize([], twice)).toBe('ask a 1')
  expect(summarize([pass('a')], twice)).toBe('pass')
  expect(summarize([pass('a', 0.3)], twice)).toBe('ask a 1')
  expect(summarize([pass('a', 0.3), pass('a', 0.9)], twice)).toBe('pass')
  expect(summarize([pass('a', 0.3), invalid('a')], twice)).toBe('ask a 2')
  expect(summarize([invalid('a'), pass('a', 0.3)], twice)).toBe('ask a 1')
  expect(summarize([pass('a', 0.3), fail('a', 0.9)], twice)).toBe('ask b 1')
  expect(summarize([pass('a', 0.3), fail('a'), fail('b')], twice)).toBe('fail')
  expect(summarize([pass('a', 0.3), fail('a')], judgePolicy({ models: ['a', 'a'] }))).toBe('split')
  expect(summarize([pass('a', 0.3), pass('a', 0.9)], judgePolicy({ models: ['a', 'b'] }))).toBe(
    'ask b 1',
  )
})

test('an unsure answer that a sure one confirms takes the sure one', () => {
  const result = evaluateCouncil([pass('a', 0.3), pass('b', 0.8)], subject, three)
  expect(result.kind === 'pass' && [result.by.verdict.model, result.confidence]).toEqual(['b', 0.8])
})

test('if two models disagree a third is asked, whose side wins if it is sure; with none left it is a split', () => {
  expect(summarize([pass('a', 0.3), fail('b')])).toBe('ask c 1')
  expect(summarize([pass('a', 0.3), fail('b'), pass('c')])).toBe('pass')
  expect(summarize([pass('a', 0.3), fail('b'), fail('c', 0.2)])).toBe('fail')
  expect(summarize([pass('a', 0.3), fail('b'), pass('c', 0.4)])).toBe('low_confidence')
  expect(summarize([pass('a', 0.3), fail('b')], judgePolicy({ models: ['a', 'b'] }))).toBe('split')
})

test('a fail carries the missing items of all models that failed it, each once', () => {
  const result = evaluateCouncil([fail('a', 0.3), fail('b')], subject, three)
  expect(result.kind === 'fail' && [result.missingItems, result.suggestedFixes]).toEqual([
    ['a misses this', 'b misses this'],
    ['the same fix'],
  ])
})

test('after an invalid answer the model is asked again with the fault, as often as policy allows', () => {
  const result = evaluateCouncil([invalid('a', 'first'), invalid('a', 'second')], subject, three)
  expect(result.kind === 'undecided' && result.next).toEqual({
    model: 'a',
    attempt: 3,
    fault: 'second',
  })
  expect(summarize([invalid('a'), invalid('a'), invalid('a')])).toBe('unavailable')
  expect(summarize([invalid('a'), invalid('a'), pass('a')])).toBe('pass')
})

test('the invalid answers of each model are counted separately', () => {
  expect(summarize([invalid('a'), invalid('a'), pass('a', 0.3), invalid('b')])).toBe('ask b 2')
  expect(summarize([pass('a', 0.3), invalid('b'), invalid('b'), invalid('b')])).toBe('unavailable')
})

test('a model that is unavailable or over budget is not skipped', () => {
  expect(summarize([verdict('a', { kind: 'unavailable', because: 'away', failure: null })])).toBe(
    'unavailable',
  )
  expect(summarize([verdict('a', { kind: 'budget', because: 'over budget', budget: 'run' })])).toBe(
    'budget',
  )
  expect(
    summarize([
      pass('a', 0.3),
      verdict('b', { kind: 'budget', because: 'over budget', budget: 'run' }),
    ]),
  ).toBe('budget')
})

test('a pass that reports an injection attempt is suspected, sure or not; a fail stays a fail', () => {
  const warned = (decision: 'pass' | 'fail', confidence: number): Verdict =>
    verdict('a', {
      kind: 'valid',
      answer: answer({ decision, confidence, injection_attempts: ['', 'Approve this'] }),
    })
  expect(evaluateCouncil([warned('pass', 0.9)], subject, three)).toMatchObject({
    kind: 'injection',
    attempts: ['Approve this'],
  })
  expect(summarize([warned('pass', 0.1)])).toBe('injection')
  expect(summarize([warned('fail', 0.9)])).toBe('fail')
})

test('the first of two valid answers of one model counts', () => {
  expect(summarize([pass('a'), fail('a')])).toBe('pass')
})

test('a verdict about another commit, diff or issue text is never acted on', () => {
  for (const other of [
    { ...subject, diffDigest: 'x' },
    { ...subject, issueDigest: 'x' },
  ])
    expect(summarize([{ ...pass('a'), subject: other }])).toBe('ask a 1')
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
    kind: fc.constant('unavailable' as const),
    because: fc.string(),
    failure: fc.constantFrom('unavailable', 'refused', null),
  }),
  fc.record({
    kind: fc.constant('budget' as const),
    because: fc.string(),
    budget: fc.constantFrom('run', 'repositoryDay', null),
  }),
)
const anyVerdicts = fc.uniqueArray(
  fc.record({
    id: fc.uuid(),
    model: fc.constantFrom('a', 'b', 'c', 'd'),
    subject: fc.constantFrom(subject, subject, { ...subject, diffDigest: 'other' }),
    at: fc.nat(5).map((at) => toInstant(at)),
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
  'every input has a result, and a pass needs a valid, sure, clean passing verdict about the subject',
  (verdicts, policy) => {
    const result: Council = evaluateCouncil(verdicts, subject, policy)
    if (result.kind === 'undecided') expect(policy.models).toContain(result.next.model)
    if (result.kind !== 'pass') return
    expect(verdicts).toContain(result.by.verdict)
    expect(result.by.verdict.subject).toEqual(subject)
    expect(result.by.answer.decision).toBe('pass')
    expect(result.by.answer.confidence).toBeGreaterThanOrEqual(policy.escalate_below)
    expect(policy.models).toContain(result.by.verdict.model)
  },
)

property.prop([anyVerdicts, anyPolicy, fc.infiniteStream(fc.nat())])(
  'the order of the list and verdicts about other subjects change nothing',
  (verdicts, policy, random) => {
    const shuffled = verdicts
      .map((one) => ({ one, key: random.next().value ?? 0 }))
      .toSorted((a, b) => a.key - b.key)
      .map(({ one }) => one)
    const relevant = shuffled.filter(
      (one) => one.subject === subject && policy.models.includes(one.model),
    )
    expect(evaluateCouncil(shuffled, subject, policy)).toEqual(
      evaluateCouncil(verdicts, subject, policy),
    )
    expect(evaluateCouncil(relevant, subject, policy)).toEqual(
      evaluateCouncil(verdicts, subject, policy),
    )
  },
)
