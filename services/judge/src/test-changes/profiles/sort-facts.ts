import type { TestFact } from '../fact.ts'

/** In the order of the text; at one line an enclosing case comes before what it encloses. */
export const sortFacts = (facts: readonly TestFact[]): readonly TestFact[] =>
  facts.toSorted((a, b) => a.line - b.line || rank(a) - rank(b) || b.endLine - a.endLine)

const levels = { suite: 0, test: 1, parameter: 2 } as const
const rank = (fact: TestFact): number => (fact.kind === 'case' ? levels[fact.level] : 3)

/** Leaves out functions that neither are collected nor check anything: helpers of the tests. */
export function dropHelpers(facts: readonly TestFact[]): readonly TestFact[] {
  const checks = facts.filter(({ kind }) => kind === 'assertion')
  return facts.filter(
    (fact) =>
      fact.kind !== 'case' ||
      fact.collected ||
      checks.some(({ line }) => line >= fact.line && line <= fact.endLine),
  )
}
