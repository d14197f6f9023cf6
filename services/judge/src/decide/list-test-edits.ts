import type { TestEditQuestion } from '../judge/test-edits.ts'
import type { Facts } from './facts.ts'

/** The edits of tests that no rule can settle, numbered: the model is asked about each. */
export const listTestEdits = (_facts: Facts): readonly TestEditQuestion[] => []
