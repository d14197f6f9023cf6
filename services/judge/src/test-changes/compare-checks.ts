import { isTelling, listWords } from './change-context.ts'
import { describeKeptLines, describeUncalled } from './compare-kept.ts'
import { describeRemoved } from './compare-removed.ts'
import type { Comparison } from './comparison.ts'
import type { TestChange } from './finding.ts'
import { isHarmlessCondition } from './harmless-condition.ts'
import { locate } from './locate.ts'
import type { AssertionPair, PlacedAssertion } from './match-assertions.ts'
import { quote } from './quote.ts'
import { type AssertionLoss, compareAssertions, findContextLoss } from './rate-assertion.ts'
import { selectFacts, type TestCase, type TestSide } from './test-file.ts'
import { wasOff } from './was-off.ts'

/** Assertions that are gone, or check less, or expect another value. */
export function compareChecks(comparison: Comparison): readonly TestChange[] {
  const { checks } = comparison
  const changes = [
    ...checks.pairs.flatMap((pair) => describePair(pair, comparison)),
    ...checks.moved.flatMap((pair) => describeMove(pair, comparison)),
    ...describeRemoved(comparison),
    ...comparison.files.flatMap((file) => describeKeptLines(file, comparison.helpers)),
  ]
  const known = new Set(changes.map(formatPlace))
  return followInTest([
    ...changes,
    ...findAlwaysTrue(comparison).filter((change) => !known.has(formatPlace(change))),
  ])
}

const formatPlace = ({ kind, path, side, line }: TestChange): string =>
  `${kind} ${side}:${path}:${line}`

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

function describePair(
  pair: AssertionPair,
  { reasons, helpers }: Comparison,
): readonly TestChange[] {
  const { old, head } = pair
  if (old.test !== null && wasOff(old.test)) return []
  if (pair.by !== 'same' && helpers.keeps(old)) return []
  const difference = compareAssertions(old.fact, head.fact)
  const place = { ...locate(head), before: quote(old.fact.text) }
  switch (difference.kind) {
    case 'none':
      return []
    case 'less': {
      const { kind, severity, how } = difference.loss
      if (kind === 'assertion_conditional' && isHarmlessCondition(head)) return []
      const reason =
        pair.by === 'same'
          ? null
          : (reasons.explainGone(old.fact.text) ?? reasons.explainName(old.test?.fact.name ?? ''))
      if (reason !== null)
        return [{ ...place, answer: 'justified', kind, severity, because: reason }]
      return [{ ...place, answer: 'weakened', kind, severity, because: `Now ${how}.` }]
    }
    case 'narrower': {
      const { kind, severity, how } = difference.loss
      if (followsSource(pair, reasons)) return [describeOtherValue(pair, true)]
      return hasOtherSetUp(pair)
        ? [
            {
              ...place,
              answer: 'question',
              kind,
              severity,
              because: `Now ${how}, and what the test sets up is different, too.`,
            },
          ]
        : [{ ...place, answer: 'weakened', kind, severity, because: `Now ${how}.` }]
    }
    case 'other_value':
      if (isRenaming(pair)) return []
      return [describeOtherValue(pair, reasons.follows(old.fact.text, head.fact.text))]
    default:
      return difference satisfies never
  }
}

/** Whether two assertions differ only in names that the whole file changed in the same way. */
function isRenaming({ old, head }: AssertionPair): boolean {
  const from = old.fact.text.match(tokenPattern) ?? []
  const to = head.fact.text.match(tokenPattern) ?? []
  if (from.length !== to.length) return false
  const changed = from.flatMap((word, index) => {
    const other = to[index] ?? ''
    return word === other ? [] : [{ word, other }]
  })
  return (
    changed.every(({ word }) => /^[A-Za-z_$]/.test(word)) &&
    changed.every(
      ({ word, other }) => !head.side.listWords().has(word) && !old.side.listWords().has(other),
    )
  )
}

const tokenPattern = /"[^"]*"|'[^']*'|`[^`]*`|[\w$]+|[^\s\w]/g

/** Whether the words that an expectation has lost are lost by the source, too. */
const followsSource = ({ old, head }: AssertionPair, reasons: Comparison['reasons']): boolean =>
  reasons.follows(listLostWords(old, head).join(' '), '')

const listLostWords = (old: PlacedAssertion, head: PlacedAssertion): readonly string[] => {
  const left = new Set(listWords(head.fact.text))
  return listWords(old.fact.expected ?? '').filter((word) => !left.has(word) && isTelling(word))
}

/** Whether the test changes, besides its assertions, a number or what the expectation has lost. */
function hasOtherSetUp({ old, head }: AssertionPair): boolean {
  const { side, test, fragment } = old
  const { assertions, from, to } = findScope(side, test, fragment)
  const lost = listLostWords(old, head)
  return (side.text.fragments[fragment] ?? []).some(
    ({ number, changed, text }) =>
      changed &&
      number >= from &&
      number <= to &&
      (/(?<![\w.])\d/.test(text.replace(/(?:\/\/|#).*/, '')) ||
        listWords(text).some((word) => lost.includes(word))) &&
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

/**
 * A check that moved is the same check, unless it counts only sometimes in its new place. One that
 * is only alike must demand as much.
 */
function describeMove(
  pair: AssertionPair,
  { helpers, reasons }: Comparison,
): readonly TestChange[] {
  const { old, head, by } = pair
  const uncalled = describeUncalled(old, head, helpers)
  if (uncalled.length > 0) return uncalled
  // In a helper, a condition is about what its callers ask for.
  if (head.test === null) return by === 'same' ? [] : askAboutHelper(pair, helpers)
  const loss = by === 'same' ? findContextLoss(old.fact, head.fact) : findMovedLoss(pair)
  if (loss === null || (old.test !== null && wasOff(old.test)) || helpers.keeps(old)) return []
  const reason = by === 'same' ? null : reasons.explain(old.fact.text)
  const { kind, severity, how } = loss
  const change = { ...locate(head), before: quote(old.fact.text), kind, severity }
  return [
    reason === null
      ? { ...change, answer: 'weakened', because: `Now ${how}.` }
      : { ...change, answer: 'justified', because: reason },
  ]
}

function askAboutHelper(
  { old, head }: AssertionPair,
  helpers: Comparison['helpers'],
): readonly TestChange[] {
  const name = helpers.findAround(head)
  if (name === null || (old.test !== null && wasOff(old.test)) || helpers.keeps(old)) return []
  const change = { ...locate(head), kind: 'assertion_removed', severity: 'low' } as const
  const because = `\`${name}\` checks something alike, but its calls do not show that it checks this.`
  return [{ ...change, answer: 'question', before: quote(old.fact.text), because }]
}

function findMovedLoss({ old, head }: AssertionPair): AssertionLoss | null {
  const difference = compareAssertions(old.fact, head.fact)
  return difference.kind === 'less' ? difference.loss : null
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
