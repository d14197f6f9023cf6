import { collapseSpace } from '../../lib/text.ts'
import { findClosing } from '../call-chain.ts'
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

/**
 * Several demands of one node, such as the links of a chain of calls, each with its own part of the
 * text and its own lines.
 */
export function createAssertions(
  demands: readonly Demand[],
  node: SyntaxNode,
  place: AssertionPlace,
): readonly AssertionFact[] {
  const [first, ...more] = demands
  if (first === undefined) return []
  if (more.length === 0) return [createAssertion(first, node, place)]
  const { text, line } = node
  let from = 0
  return demands.map((demand) => {
    const { subject, matcher, expected } = demand
    const fact = createAssertion(demand, node, place)
    const part = collapseSpace(`${subject} ${matcher} ${expected ?? ''}`)
    const at = text.indexOf(matcher, from)
    if (at < 0) return { ...fact, text: part }
    from = at + matcher.length
    const end = text[from] === '(' ? findClosing(text, from) : from
    return {
      ...fact,
      text: part,
      line: line + countLines(text, at),
      endLine: line + countLines(text, end),
    }
  })
}

const countLines = (text: string, end: number): number => text.slice(0, end).split('\n').length - 1

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
