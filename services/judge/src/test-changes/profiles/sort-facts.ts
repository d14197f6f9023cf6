import type { TestFact } from '../fact.ts'
import type { SyntaxNode } from '../syntax.ts'

/** In the order of the text; at one line an enclosing case comes before what it encloses. */
export const sortFacts = (facts: readonly TestFact[]): readonly TestFact[] =>
  facts.toSorted((a, b) => a.line - b.line || rank(a) - rank(b) || b.endLine - a.endLine)

const levels = { suite: 0, test: 1, parameter: 2 } as const
const rank = (fact: TestFact): number => (fact.kind === 'case' ? levels[fact.level] : 3)

/**
 * Leaves out functions that neither are collected nor check anything: helpers of the tests. One
 * that the end of the fragment cuts off may check something, and stays.
 */
export function dropHelpers(
  facts: readonly TestFact[],
  nodes: readonly SyntaxNode[],
): readonly TestFact[] {
  const checks = facts.filter(({ kind }) => kind === 'assertion')
  const cut = new Set(nodes.filter((node) => node.cut).map(({ endLine }) => endLine))
  return facts.filter(
    (fact) =>
      fact.kind !== 'case' ||
      fact.collected ||
      cut.has(fact.endLine) ||
      checks.some(({ line }) => line >= fact.line && line <= fact.endLine),
  )
}
