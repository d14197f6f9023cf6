import type { PlacedAssertion } from './match-assertions.ts'

/** Where an assertion is, as a finding names it. */
export const locate = ({ fact, side, test }: PlacedAssertion) =>
  ({
    path: side.text.path,
    side: side.text.side,
    line: fact.line,
    test: test?.fact.name ?? null,
  }) as const
