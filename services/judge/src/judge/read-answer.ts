import { Value } from 'typebox/value'
import { clip, tidyText } from '../lib/text.ts'
import { answerSchema } from './answer-schema.ts'
import type { Answer } from './verdict.ts'

/** An answer on the schema, or what is wrong with it in words that the model can act on. */
export type AnswerReading =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'fault'; readonly fault: string }

/** How the model stopped: by itself, at its length limit, or because it was not willing to. */
export type Stop = 'done' | 'cut' | 'refused'

const MAX_ANSWER_CHARS = 400_000
const MAX_FAULTS = 5

/**
 * Reads what a model wrote. Nothing is repaired: JSON inside a code fence, prose around it, a
 * missing or an additional field and a number out of its range are all faults, because a guess
 * about what was meant could become a decision.
 */
export function readAnswer(text: string, stop: Stop = 'done'): AnswerReading {
  if (stop === 'refused') return fault('The model declined to answer.')
  if (stop === 'cut')
    return fault('The answer was cut off at the length limit. Answer more briefly, and completely.')
  if (text.trim() === '') return fault('The answer was empty.')
  if (text.length > MAX_ANSWER_CHARS)
    return fault(`The answer was longer than ${MAX_ANSWER_CHARS} characters.`)
  if (/^\s*(`{3}|~{3})/.test(text))
    return fault('The answer was wrapped in a code fence. Answer with the JSON object alone.')
  let value: unknown
  try {
    value = JSON.parse(text, (_key, part) => (typeof part === 'string' ? tidyText(part) : part))
  } catch {
    return fault(
      'The answer was not JSON. Answer with one JSON object on the schema, and nothing around it.',
    )
  }
  if (Value.Check(answerSchema, value)) return { kind: 'answer', answer: value }
  return fault(`The answer was off the schema: ${schemaFaults(value).join('; ')}.`)
}

const fault = (text: string): AnswerReading => ({ kind: 'fault', fault: text })

function schemaFaults(value: unknown): readonly string[] {
  const faults = Value.Errors(answerSchema, value).map(({ instancePath, message }) =>
    clip(`${instancePath === '' ? 'the answer' : instancePath} ${message}`, 200),
  )
  return [...new Set(faults)].slice(0, MAX_FAULTS)
}
