import type { TestFact } from '../fact.ts'

/** In the order of the text; at one line an enclosing case comes before what it encloses. */
export const sortFacts = (facts: readonly TestFact[]): readonly TestFact[] =>
  facts.toSorted((a, b) => a.line - b.line || rank(a) - rank(b) || b.endLine - a.endLine)

const levels = { suite: 0, test: 1, parameter: 2 } as const
const rank = (fact: TestFact): number => (fact.kind === 'case' ? levels[fact.level] : 3)
