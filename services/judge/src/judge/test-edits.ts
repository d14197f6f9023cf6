import { clip, collapseSpace } from '../lib/text.ts'
import type { TestEditAnswer, VerdictAnswer } from './verdict.ts'

/**
 * An edit of tests or checks that no rule can settle. The model must say whether as much is checked
 * as before.
 */
export interface TestEditQuestion {
  /** From 1. */
  readonly number: number
  /** `path:line` of the edit. */
  readonly place: string
  /** What was checked before, and why no rule can tell whether it still is. */
  readonly text: string
}

const MAX_PLACE_CHARS = 300
const MAX_TEXT_CHARS = 600

/** The questions as the model reads them, one a line; empty if there are none. */
export const formatTestEdits = (questions: readonly TestEditQuestion[]): string =>
  questions.map(formatTestEdit).join('\n')

const formatTestEdit = ({ number, place, text }: TestEditQuestion): string =>
  `${number}. ${clip(collapseSpace(place), MAX_PLACE_CHARS)}: ${clip(collapseSpace(text), MAX_TEXT_CHARS)}`

/** The entries of an answer about one question: those that begin with its number. */
export const findTestEditEntries = (
  { test_edits = [] }: VerdictAnswer,
  number: number,
): readonly TestEditAnswer[] =>
  test_edits.filter(({ question }) => /^\s*(\d+)(?!\d|\.\d)/.exec(question)?.[1] === String(number))

/**
 * The answer with what follows from the questions about edits of tests: where the model says of one
 * that it checks less, the change is not passed, and what is missing names the edit.
 */
export function settleTestEdits(
  answer: VerdictAnswer,
  questions: readonly TestEditQuestion[],
): VerdictAnswer {
  const lost = questions.filter(({ number }) =>
    findTestEditEntries(answer, number).some(({ still_checks }) => !still_checks),
  )
  if (lost.length === 0) return answer
  const items = lost.map(
    ({ place, text }) =>
      `The edit of tests at ${clip(place, MAX_PLACE_CHARS)} checks less than before. ${clip(text, MAX_TEXT_CHARS)}`,
  )
  return {
    ...answer,
    missing_items: [...answer.missing_items, ...items],
    next_prompt:
      answer.next_prompt.trim() === ''
        ? 'Restore what the named edits of tests checked before, or check as much in another way.'
        : answer.next_prompt,
    decision: 'fail',
  }
}
