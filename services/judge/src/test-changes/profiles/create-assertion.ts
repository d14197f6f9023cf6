import { collapseSpace } from '../../lib/text.ts'
import type { AssertionFact } from '../fact.ts'
import type { SyntaxNode } from '../syntax.ts'
import type { Demand } from './read-demands.ts'

/** Where an assertion stands within its test. */
export interface AssertionPlace {
  readonly condition: string | null
  readonly swallowed: boolean
}

/** Longer texts are cut: they are compared and quoted, and need no more than this. */
const MAX_TEXT_CHARACTERS = 2000

/** A demand without a condition of its own is checked under the one of its place. */
export const createAssertion = (
  demand: Demand,
  node: SyntaxNode,
  { condition, swallowed }: AssertionPlace,
): AssertionFact => ({
  ...{ kind: 'assertion', ...demand, condition: demand.condition ?? condition, swallowed },
  text: collapseSpace(node.text.slice(0, MAX_TEXT_CHARACTERS)),
  ...{ line: node.line, endLine: node.endLine },
})
