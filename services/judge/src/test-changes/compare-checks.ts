import type { Comparison } from './comparison.ts'
import { listLiterals } from './explain-loss.ts'
import type { TestChange } from './finding.ts'
import type { AssertionPair, PlacedAssertion } from './match-assertions.ts'
import { quote } from './quote.ts'
import { compareAssertions, findContextLoss } from './rate-assertion.ts'
import { selectFacts, type TestCase, type TestSide } from './test-file.ts'

/** Assertions that are gone, or check less, or expect another value. */
export function compareChecks(comparison: Comparison): readonly TestChange[] {
  const { checks } = comparison
  const changes = [
    ...checks.pairs.flatMap((pair) => describePair(pair, comparison)),
    ...checks.moved.flatMap(describeMove),
    ...describeRemoved(comparison),
    ...findAlwaysTrue(comparison),
  ]
  return followInTest(changes)
}

/** Where one value of a test follows the source, the others of this test do, too. */
function followInTest(changes: readonly TestChange[]): readonly TestChange[] {
  const key = ({ path, test }: TestChange) => `${path}:${test}`
  const retuned = new Set(
    changes.filter(({ answer, test }) => answer === 'retuned' && test !== null).map(key),
  )
  return changes.map((change) =>
    change.answer === 'question' &&
    change.kind === 'expectation_changed' &&
    retuned.has(key(change))
      ? {
          ...change,
          answer: 'retuned',
          because: 'Other values of this test follow a change of the source.',
        }
      : change,
  )
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
      const reason = pair.by === 'same' ? null : reasons.explainGone(old.fact.text)
      if (reason !== null)
        return [{ ...place, answer: 'justified', kind, severity, because: reason }]
      if (kind === 'tolerance_widened' && old.fact.tolerance === null && hasOtherSetUp(pair))
        return [
          {
            ...place,
            answer: 'question',
            kind,
            severity,
            because: `Now ${how}, and what the test sets up is different, too.`,
          },
        ]
      return [{ ...place, answer: 'weakened', kind, severity, because: `Now ${how}.` }]
    }
    case 'other_value':
      return [describeOtherValue(pair, reasons.follows(old.fact.text, head.fact.text))]
    default:
      return difference satisfies never
  }
}

/** Whether the test changes a number besides its assertions, on which a bound may depend. */
function hasOtherSetUp({ old }: AssertionPair): boolean {
  const { side, test, fragment } = old
  const { assertions, from, to } = findScope(side, test, fragment)
  return (side.text.fragments[fragment] ?? []).some(
    ({ number, changed, text }) =>
      changed &&
      number >= from &&
      number <= to &&
      /(?<![\w.])\d/.test(text.replace(/(?:\/\/|#).*/, '')) &&
      !assertions.some(({ fact }) => number >= fact.line && number <= fact.endLine),
  )
}

function findScope(side: TestSide, test: TestCase | null, fragment: number) {
  const assertions = selectFacts(side, 'assertion').filter((other) => other.fragment === fragment)
  const from = test?.fact.line ?? 0
  const to = test?.fact.endLine ?? Number.POSITIVE_INFINITY
  return { assertions, from, to }
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
    if (replacement !== undefined) return describeReplacement(assertion, replacement)
    return [
      {
        ...change,
        answer: 'weakened',
        because: 'The assertion is removed, and no equal one is elsewhere in this change.',
      },
    ]
  })
}

/** An assertion about something else in the place of one that is gone. */
function describeReplacement(old: PlacedAssertion, head: PlacedAssertion): readonly TestChange[] {
  const literals = listLiterals(old.fact.text)
  if (literals.length > 0 && literals.every((literal) => head.fact.text.includes(literal)))
    return []
  const difference = compareAssertions(old.fact, head.fact)
  const change = { ...locate(head), before: quote(old.fact.text) }
  if (difference.kind === 'less') {
    const { kind, severity, how } = difference.loss
    return [{ ...change, answer: 'weakened', kind, severity, because: `Now ${how}.` }]
  }
  const because = `\`${quote(head.fact.text)}\` is in its place, which is about something else.`
  return [{ ...change, answer: 'question', kind: 'assertion_removed', severity: 'low', because }]
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
