import type { Comparison } from './comparison.ts'
import type { TestChange } from './finding.ts'
import type { AssertionPair, PlacedAssertion } from './match-assertions.ts'
import { quote } from './quote.ts'
import { compareAssertions, findContextLoss } from './rate-assertion.ts'
import { selectFacts, type TestCase } from './test-file.ts'

/** Assertions that are gone, or check less, or expect another value. */
export function compareChecks(comparison: Comparison): readonly TestChange[] {
  const { checks } = comparison
  return [
    ...checks.pairs.flatMap((pair) => describePair(pair, comparison)),
    ...checks.moved.flatMap(describeMove),
    ...describeRemoved(comparison),
    ...findAlwaysTrue(comparison),
  ]
}

function describePair(pair: AssertionPair, { reasons }: Comparison): readonly TestChange[] {
  const { old, head } = pair
  const difference = compareAssertions(old.fact, head.fact)
  const place = { ...locate(head), before: quote(old.fact.text) }
  switch (difference.kind) {
    case 'none':
      return []
    case 'less': {
      const { kind, severity, how } = difference.loss
      const reason = pair.by === 'same' ? null : reasons.explain(old.fact.text)
      if (reason !== null)
        return [{ ...place, answer: 'justified', kind, severity, because: reason }]
      return [{ ...place, answer: 'weakened', kind, severity, because: `Now ${how}.` }]
    }
    case 'other_value':
      return [describeOtherValue(pair, reasons.follows(old.fact.text, head.fact.text))]
    default:
      return difference satisfies never
  }
}

function describeOtherValue({ old, head }: AssertionPair, follows: boolean): TestChange {
  const change = {
    ...locate(head),
    kind: 'expectation_changed',
    severity: 'low',
    before: quote(old.fact.text),
  } as const
  return follows
    ? { ...change, answer: 'retuned', because: 'The new value follows a change of the source.' }
    : {
        ...change,
        answer: 'question',
        because: `\`${quote(head.fact.text)}\` expects another value, and no change of the source shows why.`,
      }
}

/** A check that moved is the same check, unless it counts only sometimes in its new place. */
function describeMove({ old, head, by }: AssertionPair): readonly TestChange[] {
  const loss = by === 'same' ? findContextLoss(old.fact, head.fact) : null
  if (loss === null) return []
  const { kind, severity, how } = loss
  return [
    {
      ...locate(head),
      before: quote(old.fact.text),
      answer: 'weakened',
      kind,
      severity,
      because: `Now ${how}.`,
    },
  ]
}

/** Of the assertions without a counterpart, as many are lost as were not replaced by others. */
function describeRemoved(comparison: Comparison): readonly TestChange[] {
  const { checks, cases, reasons } = comparison
  const isGone = (test: TestCase | null): boolean =>
    test?.changed === true && !cases.after.has(test)
  const left = checks.removed.filter(({ test }) => !isGone(test))
  const spare = Map.groupBy(checks.added, ({ test, side, fragment }) =>
    test === null ? `${side.text.path}#${fragment}` : test,
  )
  return left.flatMap((assertion): readonly TestChange[] => {
    const { test, side, fragment, fact } = assertion
    if (fact.strength === 'nothing') return []
    const after = test === null ? `${side.text.path}#${fragment}` : (cases.after.get(test) ?? test)
    const change = {
      ...locate(assertion),
      kind: 'assertion_removed',
      severity: 'medium',
      before: quote(fact.text),
    } as const
    const reason = reasons.explain(fact.text)
    if (reason !== null) return [{ ...change, answer: 'justified', because: reason }]
    const replacement = spare.get(after)?.shift()
    if (replacement !== undefined)
      return [
        {
          ...change,
          answer: 'question',
          severity: 'low',
          because: `\`${quote(replacement.fact.text)}\` is in its place.`,
        },
      ]
    return [
      {
        ...change,
        answer: 'weakened',
        because: 'The assertion is removed, and no equal one is elsewhere in this change.',
      },
    ]
  })
}

/** Added assertions that are always true, in tests that were there before. */
function findAlwaysTrue({ checks, cases, files }: Comparison): readonly TestChange[] {
  const added = files.flatMap((file) => selectFacts(file.new, 'assertion'))
  const paired = new Set(checks.pairs.map(({ head }) => head))
  return added
    .filter((assertion) => assertion.changed && assertion.fact.strength === 'nothing')
    .filter((assertion) => !paired.has(assertion))
    .filter(({ test }) => test === null || cases.before.has(test))
    .map((assertion) => ({
      ...locate(assertion),
      answer: 'weakened',
      kind: 'always_true',
      severity: 'high',
      before: quote(assertion.test?.fact.name ?? assertion.side.text.path),
      because: `\`${quote(assertion.fact.text)}\` is true whatever the code does.`,
    }))
}

const locate = ({ fact, side, test }: PlacedAssertion) =>
  ({
    path: side.text.path,
    side: side.text.side,
    line: fact.line,
    test: test?.fact.name ?? null,
  }) as const
