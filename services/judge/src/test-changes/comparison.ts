import type { ChangeContext } from './change-context.ts'
import { findReasons, type Reasons } from './explain-loss.ts'
import {
  type AssertionMatch,
  type AssertionPair,
  matchAssertions,
  type PlacedAssertion,
} from './match-assertions.ts'
import { type CaseMatches, matchCases } from './match-cases.ts'
import { findOwnHelpers, type OwnHelpers } from './own-helpers.ts'
import { selectFacts, type TestCase, type TestFile } from './test-file.ts'

/** What is known about all test files of a change, for every comparison of them. */
export interface Comparison {
  readonly change: ChangeContext
  readonly files: readonly TestFile[]
  readonly cases: CaseMatches
  readonly reasons: Reasons
  readonly checks: CheckMatches
  readonly helpers: OwnHelpers
}

/** How the removed and the added assertions of a change belong together. */
export interface CheckMatches {
  /** Pairs within one test. */
  readonly pairs: readonly AssertionPair[]
  /** Pairs across tests and files. */
  readonly moved: readonly AssertionPair[]
  readonly removed: readonly PlacedAssertion[]
  readonly added: readonly PlacedAssertion[]
}

export function buildComparison(change: ChangeContext, files: readonly TestFile[]): Comparison {
  const cases = matchCases(files)
  const checks = matchChecks(files, cases)
  const helpers = findOwnHelpers(change.diff, files, cases)
  return { change, files, cases, reasons: findReasons(change), checks, helpers }
}

function matchChecks(files: readonly TestFile[], cases: CaseMatches): CheckMatches {
  const removed = files.flatMap(({ old }) => selectFacts(old, 'assertion')).filter(isChanged)
  const added = files.flatMap((file) => selectFacts(file.new, 'assertion')).filter(isChanged)
  // A test after the change stands for both, so that the assertions of a renamed test meet.
  const keys = new Map<TestCase, string>()
  const nameScope = ({ test, side, fragment }: PlacedAssertion): string => {
    if (test === null) return `${side.text.path}#${fragment}`
    const key = keys.get(cases.after.get(test) ?? test) ?? `test ${keys.size}`
    keys.set(cases.after.get(test) ?? test, key)
    return key
  }
  // Equal ones meet first, in their test and then anywhere; only what is left may be alike.
  const kept = matchByScope(removed, added, nameScope, 'same')
  const moved = matchAssertions(kept.removed, kept.added, 'same')
  const edited = matchByScope(moved.removed, moved.added, nameScope, 'alike')
  const across = matchAssertions(edited.removed, edited.added, 'alike')
  return {
    pairs: [...kept.pairs, ...edited.pairs],
    moved: [...moved.pairs, ...across.pairs],
    removed: across.removed,
    added: across.added,
  }
}

function matchByScope(
  removed: readonly PlacedAssertion[],
  added: readonly PlacedAssertion[],
  nameScope: (assertion: PlacedAssertion) => string,
  how: 'same' | 'alike',
): AssertionMatch {
  const olds = Map.groupBy(removed, nameScope)
  const heads = Map.groupBy(added, nameScope)
  const matches = [...new Set([...olds.keys(), ...heads.keys()])].map((scope) =>
    matchAssertions(olds.get(scope) ?? [], heads.get(scope) ?? [], how),
  )
  return {
    pairs: matches.flatMap(({ pairs }) => pairs),
    removed: matches.flatMap((match) => match.removed),
    added: matches.flatMap((match) => match.added),
  }
}

const isChanged = ({ changed }: PlacedAssertion): boolean => changed
