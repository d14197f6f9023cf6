import { Value } from 'typebox/value'
import { parseJson } from '../lib/json.ts'
import { clip } from '../lib/text.ts'
import { selectAnswerSchema } from './answer-schema.ts'
import { findDuplicateKey } from './find-duplicate-key.ts'
import type { VerdictAnswer } from './verdict.ts'

/** An answer that matches the schema, or its fault in words that the model can act on. */
export type AnswerReading =
  | { readonly kind: 'answer'; readonly answer: VerdictAnswer }
  | { readonly kind: 'fault'; readonly fault: string }

/** Why the model stopped: it was done, it reached its length limit, or it refused. */
export type StopReason = 'done' | 'cut' | 'refused'

const MAX_ANSWER_CHARS = 400_000
const MAX_FAULTS = 5

/**
 * Reads the text of a model. Nothing is repaired: JSON inside a code fence, prose around it, a key
 * twice in one object, a missing or additional field and a number out of range are faults, because
 * a guess about the intended answer could become a decision.
 */
export function readAnswer(text: string, stop: StopReason = 'done'): AnswerReading {
  if (stop === 'refused') return createFault('The model declined to answer.')
  if (stop === 'cut')
    return createFault(
      'The answer was cut off at the length limit. Answer more briefly, but completely.',
    )
  if (text.trim() === '') return createFault('The answer was empty.')
  if (text.length > MAX_ANSWER_CHARS)
    return createFault(
      `The answer was longer than ${MAX_ANSWER_CHARS} characters. Answer more briefly.`,
    )
  if (/^\s*(`{3}|~{3})/.test(text))
    return createFault('The answer was wrapped in a code fence. Answer with the JSON object alone.')
  let value: unknown
  try {
    value = parseJson(text)
  } catch {
    return createFault(
      'The answer was not JSON. ' +
        'Answer with one JSON object that matches the schema, and nothing else.',
    )
  }
  const duplicate = findDuplicateKey(text)
  if (duplicate !== null) return createDuplicateKeyFault(duplicate)
  // Whether edits of tests were asked about is checked with the other questions.
  const schema = selectAnswerSchema({ asksTestEdits: hasTestEdits(value) })
  if (Value.Check(schema, value)) return { kind: 'answer', answer: value }
  const faults = listSchemaFaults(schema, value).join('; ')
  return createFault(`The answer did not match the schema: ${faults}.`)
}

/** The fault of an answer that says two things. */
export const createDuplicateKeyFault = (key: string): AnswerReading =>
  createFault(
    `The answer had the key ${JSON.stringify(clip(key, 100))} twice in one object. ` +
      'Give each key once, with the value you mean.',
  )

const createFault = (text: string): AnswerReading => ({ kind: 'fault', fault: text })

const hasTestEdits = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, 'test_edits')

function listSchemaFaults(
  schema: ReturnType<typeof selectAnswerSchema>,
  value: unknown,
): readonly string[] {
  const faults = Value.Errors(schema, value).map(({ instancePath, message }) =>
    clip(`${instancePath === '' ? 'the answer' : instancePath} ${message}`, 200),
  )
  return [...new Set(faults)].slice(0, MAX_FAULTS)
}
