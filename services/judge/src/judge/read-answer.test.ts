import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { answer, proof } from '../../../../test/judge/samples.ts'
import { answerSchema, selectAnswerSchema } from './answer-schema.ts'
import { readAnswer } from './read-answer.ts'
import { computeWeightedScore, scoreWeights } from './score.ts'

const readFault = (value: unknown): string => {
  const read = readAnswer(typeof value === 'string' ? value : JSON.stringify(value))
  return read.kind === 'fault' ? read.fault : 'no fault'
}

test('an answer that matches the schema is read unchanged', () => {
  expect(readAnswer(JSON.stringify(answer()))).toEqual({ kind: 'answer', answer: answer() })
})

test('the serialized schema keeps the order of its fields and is strict at every level', () => {
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

test('only a question about edits of tests has a field for them, before the decision', () => {
  const wire = JSON.parse(JSON.stringify(selectAnswerSchema({ asksTestEdits: true })))
  const [first, second, ...rest] = Object.keys(wire.properties)
  expect([first, second]).toEqual(['requirements_coverage', 'test_edits'])
  expect(['requirements_coverage', ...rest]).toEqual(Object.keys(answerSchema.properties))
  expect(wire.required).toEqual(Object.keys(wire.properties))
  expect(selectAnswerSchema({ asksTestEdits: false })).toBe(answerSchema)
  const edits = answer({
    test_edits: [{ question: '1. a.test.ts:3', evidence: [proof], still_checks: true }],
  })
  expect(readAnswer(JSON.stringify(edits))).toEqual({ kind: 'answer', answer: edits })
  const odd = { ...edits, test_edits: [{ question: '1', still_checks: 'yes', evidence: [] }] }
  expect(readFault(odd)).toContain('/test_edits/0/still_checks')
})

test('prose, broken JSON, fenced JSON and an empty answer are named faults', () => {
  expect(readFault('Looks good to me!')).toContain('not JSON')
  expect(readFault(JSON.stringify(answer()).slice(0, 80))).toContain('not JSON')
  expect(readFault(`Here: ${JSON.stringify(answer())}`)).toContain('not JSON')
  expect(readFault(`\`\`\`json\n${JSON.stringify(answer())}\n\`\`\``)).toContain('code fence')
  expect(readFault(' \n')).toContain('empty')
})

test('a key twice in one object is a fault, wherever it stands and however it is escaped', () => {
  const text = JSON.stringify(
    answer({
      requirements_coverage: [
        { requirement: '1', met: true, evidence: [{ path: 'a', line: 1, quote: 'b' }] },
      ],
    }),
  )
  const repeated = [
    ['decision', text.replace('{', '{"decision":"fail",')],
    ['decision', text.replace('{', String.raw`{"decisi\u006fn":"fail",`)],
    ['decision', text.replace('"decision":"pass"', '"decision":"pass","decision":"pass"')],
    ['met', text.replace('"met":true', '"met":false,"met":true')],
    ['line', text.replace('"line":1', '"line":1,"line":2')],
    ['correctness', text.replace('"correctness":', '"correctness":0.1,"correctness":')],
  ] as const
  expect(readFault(text)).toBe('no fault')
  for (const [key, twice] of repeated) {
    expect(twice).not.toBe(text)
    expect(readFault(twice)).toContain(`the key "${key}" twice`)
    expect(readAnswer(`\`\`\`json\n${twice}\n\`\`\``).kind).toBe('fault')
    expect(readAnswer(`Here it is: ${twice}`).kind).toBe('fault')
  }
})

test('a cut or refused answer is a fault even if its text matches the schema', () => {
  expect(readAnswer(JSON.stringify(answer()), 'cut').kind).toBe('fault')
  expect(readAnswer(JSON.stringify(answer()), 'refused').kind).toBe('fault')
})

test('the fault of an answer that does not match the schema names the field', () => {
  const { confidence, ...without } = answer()
  expect(confidence).toBe(0.9)
  expect(readFault(without)).toContain('confidence')
  expect(readFault({ ...answer(), note: 'more' })).toMatch(/note|additional/)
  expect(readFault({ ...answer(), decision: 'maybe' })).toContain('/decision')
  expect(readFault({ ...answer(), confidence: '0.9' })).toContain('/confidence')
  expect(readFault([answer()])).toContain('the answer')
  expect(readFault('null')).toContain('the answer')
})

test('numbers out of range do not match the schema', () => {
  for (const confidence of [1.01, -0.1, 95])
    expect(readFault({ ...answer(), confidence })).toContain('/confidence')
  expect(readFault({ ...answer(), scores: { ...answer().scores, correctness: 9 } })).toContain(
    '/scores/correctness',
  )
  const cited = (line: number): unknown => ({
    ...answer(),
    requirements_coverage: [
      { requirement: '1', met: true, evidence: [{ path: 'a', line, quote: 'b' }] },
    ],
  })
  expect(readFault(cited(0))).toContain('line')
  expect(readFault(cited(1.5))).toContain('line')
  expect(readFault(cited(1))).toBe('no fault')
})

property.prop([fc.oneof(fc.string(), fc.json())])(
  'any text can be read, and only one that matches the schema is an answer',
  (text) => {
    expect(readAnswer(text).kind).toBe('fault')
  },
)

test('the weights add up to one', () => {
  expect(Object.values(scoreWeights).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 10)
  expect(
    computeWeightedScore({
      correctness: 1,
      requirement_satisfaction: 1,
      maintainability: 1,
      testability: 1,
      simplicity: 1,
      risk_inverse: 1,
    }),
  ).toBe(1)
  expect(
    computeWeightedScore({
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
