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
  ...{
    kind: 'assertion',
    ...leaveSize(demand),
    condition: demand.condition ?? condition,
    swallowed,
  },
  text: collapseSpace(node.text.slice(0, MAX_TEXT_CHARACTERS)),
  ...{ line: node.line, endLine: node.endLine },
})

const sizePattern =
  /^len\(([^()]+(?:\([^()]*\))?)\)$|^(.+?)\.(?:len\(\)|size\(\)|count\(\)|size|length|Len\(\))$/

/** A demand of a size is about the thing that has it, of which it is only a part unless 0. */
function leaveSize(demand: Demand): Demand {
  const [, inner, receiver] = sizePattern.exec(demand.subject) ?? []
  const subject = inner ?? receiver
  if (subject === undefined) return demand
  const whole = demand.strength !== 'equal' || demand.expected === '0'
  return {
    ...{ ...demand, subject, matcher: `size ${demand.matcher}` },
    strength: whole ? demand.strength : 'shape',
  }
}
