import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { answer } from '../../../../test/judge/samples.ts'
import { answerSchema } from './answer-schema.ts'
import { readAnswer } from './read-answer.ts'
import { scoreWeights, weightedScore } from './score.ts'

const faultOf = (value: unknown): string => {
  const read = readAnswer(typeof value === 'string' ? value : JSON.stringify(value))
  return read.kind === 'fault' ? read.fault : 'no fault'
}

test('an answer on the schema is read as it is', () => {
  expect(readAnswer(JSON.stringify(answer()))).toEqual({ kind: 'answer', answer: answer() })
})

test('the schema goes over the wire in the order of the contract, strict at every level', () => {
  const wire = JSON.parse(JSON.stringify(answerSchema))
  const order = [
    'requirements_coverage',
    'missing_items',
    'suggested_fixes',
    'injection_attempts',
    'next_prompt',
    'prompt_tuning_suggestions',
    'system_improvement_suggestions',
    'scores',
    'decision',
    'confidence',
  ]
  expect(Object.keys(wire.properties)).toEqual(order)
  expect(Object.keys(wire.properties.requirements_coverage.items.properties)).toEqual([
    'requirement',
    'evidence',
    'met',
  ])
  expect(Object.keys(wire.properties.scores.properties)).toEqual(Object.keys(scoreWeights))
  const objects: unknown[] = []
  JSON.stringify(wire, (_key, value) => {
    if (value?.type === 'object') {
      objects.push(value)
      expect(value.additionalProperties).toBe(false)
      expect(value.required).toEqual(Object.keys(value.properties))
    }
    return value
  })
  expect(objects).toHaveLength(4)
  expect(wire.properties.decision).toMatchObject({ type: 'string', enum: ['pass', 'fail'] })
})

test('prose, broken JSON, fenced JSON and silence are faults that say so', () => {
  expect(faultOf('Looks good to me!')).toContain('not JSON')
  expect(faultOf(JSON.stringify(answer()).slice(0, 80))).toContain('not JSON')
  expect(faultOf(`Here: ${JSON.stringify(answer())}`)).toContain('not JSON')
  expect(faultOf(`\`\`\`json\n${JSON.stringify(answer())}\n\`\`\``)).toContain('code fence')
  expect(faultOf(' \n')).toContain('empty')
})

test('a cut or refused answer is a fault even if its text would do', () => {
  expect(readAnswer(JSON.stringify(answer()), 'cut').kind).toBe('fault')
  expect(readAnswer(JSON.stringify(answer()), 'refused').kind).toBe('fault')
})

test('off the schema: the fault names the field', () => {
  const { confidence, ...without } = answer()
  expect(confidence).toBe(0.9)
  expect(faultOf(without)).toContain('confidence')
  expect(faultOf({ ...answer(), note: 'more' })).toMatch(/note|additional/)
  expect(faultOf({ ...answer(), decision: 'maybe' })).toContain('/decision')
  expect(faultOf({ ...answer(), confidence: '0.9' })).toContain('/confidence')
  expect(faultOf([answer()])).toContain('the answer')
  expect(faultOf('null')).toContain('the answer')
})

test('numbers out of their range are off the schema', () => {
  for (const confidence of [1.01, -0.1, 95])
    expect(faultOf({ ...answer(), confidence })).toContain('/confidence')
  expect(faultOf({ ...answer(), scores: { ...answer().scores, correctness: 9 } })).toContain(
    '/scores/correctness',
  )
  const cited = (line: number): unknown => ({
    ...answer(),
    requirements_coverage: [
      { requirement: '1', met: true, evidence: [{ path: 'a', line, quote: 'b' }] },
    ],
  })
  expect(faultOf(cited(0))).toContain('line')
  expect(faultOf(cited(1.5))).toContain('line')
  expect(faultOf(cited(1))).toBe('no fault')
})

property.prop([fc.oneof(fc.string(), fc.json())])(
  'no text is too odd to be read, and only the schema is an answer',
  (text) => {
    expect(readAnswer(text).kind).toBe('fault')
  },
)

test('the weights add up to one', () => {
  expect(Object.values(scoreWeights).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 10)
  expect(
    weightedScore({
      correctness: 1,
      requirement_satisfaction: 1,
      maintainability: 1,
      testability: 1,
      simplicity: 1,
      risk_inverse: 1,
    }),
  ).toBe(1)
  expect(
    weightedScore({
      correctness: 1,
      requirement_satisfaction: 0,
      maintainability: 0,
      testability: 0,
      simplicity: 0,
      risk_inverse: 0,
    }),
  ).toBe(0.3)
})

test('characters that no database takes are replaced, not refused', () => {
  const read = readAnswer(JSON.stringify(answer({ next_prompt: 'a\0b\ud800c' })))
  expect(read.kind === 'answer' && read.answer.next_prompt).toBe('a\uFFFDb\uFFFDc')
})
