import { isTelling, listWords } from './change-context.ts'
import type { Comparison } from './comparison.ts'
import { strengths } from './fact.ts'
import type { TestChange } from './finding.ts'
import { judgeRunCheck } from './judge-run-check.ts'
import { listLiterals } from './literals.ts'
import { locate } from './locate.ts'
import type { PlacedAssertion } from './match-assertions.ts'
import { quote } from './quote.ts'
import { compareAssertions, normalizeCode, rankStrength } from './rate-assertion.ts'
import { selectFacts, type TestCase } from './test-file.ts'
import { wasOff } from './was-off.ts'

/** How many assertions of a test are looked at for each that is gone. */
const MAX_SCAN = 50

/** Of the assertions without a counterpart, as many are lost as were not replaced by others. */
export function describeRemoved(comparison: Comparison): readonly TestChange[] {
  const { checks, cases, helpers: own } = comparison
  const isGone = (test: TestCase | null): boolean =>
    test?.changed === true && !cases.after.has(test)
  const nameScope = ({ test, side, fragment }: PlacedAssertion) =>
    test === null ? `${side.text.path}#${fragment}` : (cases.after.get(test) ?? test)
  const spare = Map.groupBy(checks.added, nameScope)
  const allAdded = Map.groupBy(
    comparison.files
      .flatMap((file) => selectFacts(file.new, 'assertion'))
      .filter(({ changed }) => changed),
    nameScope,
  )
  const added = new Map([...allAdded].map(([scope, heads]) => [scope, heads.slice(0, MAX_SCAN)]))
  // What stands for one of at least its own strength already stands for no other.
  const unchanged = new Set(
    checks.pairs.flatMap(({ old, head }) =>
      rankStrength(head.fact) <= rankStrength(old.fact) ? [head] : [],
    ),
  )
  const removedCounts = Map.groupBy(
    comparison.files
      .flatMap((file) => selectFacts(file.old, 'assertion'))
      .filter(({ changed }) => changed),
    nameScope,
  )
  // A test with more assertions than before may well check as much in other words.
  const gains = new Set(
    [...allAdded].flatMap(([scope, { length }]) =>
      length > (removedCounts.get(scope)?.length ?? 0) ? [scope] : [],
    ),
  )
  const helpers = comparison.files
    .flatMap((file) => selectFacts(file.new, 'assertion'))
    .filter(({ changed, test }) => changed && test?.fact.collected !== true)
  const inHelpers = new Set(helpers.map(({ fact }) => normalizeCode(fact.text)))
  // What is still expected of the same values is paired before anything takes its place.
  const hasSame = (old: PlacedAssertion) =>
    (spare.get(nameScope(old)) ?? []).slice(0, MAX_SCAN).some((head) => hasSameValues(old, head))
  return checks.removed
    .filter(({ test, fact }) => !isGone(test) && fact.strength !== 'nothing' && !fact.swallowed)
    .filter(({ test, fact }) => !inHelpers.has(normalizeCode(fact.text)) && !(test && wasOff(test)))
    .filter((old) => !own.keeps(old))
    .toSorted(
      (a, b) =>
        Number(hasSame(b)) - Number(hasSame(a)) || rankStrength(b.fact) - rankStrength(a.fact),
    )
    .flatMap((old) => {
      const scope = nameScope(old)
      const run = judgeRunCheck(old, comparison)
      if (run === 'kept') return []
      const reason = comparison.reasons.explain(old.fact.text)
      if (reason !== null) return [{ ...describeLoss(old), answer: 'justified', because: reason }]
      if ((added.get(scope) ?? []).some((head) => holdsValue(old, head))) return []
      if (run === 'unclear')
        return [{ ...describeLoss(old), answer: 'question', severity: 'low', because: callIsGone }]
      const head = takeReplacement(old, spare.get(scope) ?? [])
      if (head !== null) return describeReplacement(old, head, gains.has(scope))
      if ((added.get(scope) ?? []).some((other) => isInPart(old, other))) return []
      // One assertion that demands more may stand for several that demanded less.
      const stronger = (added.get(scope) ?? []).some(
        (head) => rankStrength(head.fact) > rankStrength(old.fact) && !unchanged.has(head),
      )
      return stronger ? [] : [describeLoss(old)]
    })
}

const callIsGone =
  'The call is gone with the check of its error, and no rule can tell whether it mattered.'

const describeLoss = (old: PlacedAssertion): TestChange => ({
  ...locate(old),
  answer: 'weakened',
  kind: 'assertion_removed',
  severity: 'medium',
  before: quote(old.fact.text),
  because: 'The assertion is removed, and no equal one is elsewhere in this change.',
})

/** Whether a new assertion about several values has what the old one expects of one of them. */
function holdsValue({ fact: old }: PlacedAssertion, { fact: head }: PlacedAssertion): boolean {
  const name = /(\w+)(?:\(\))?$/.exec(old.subject)?.[1]
  const expected = normalizeCode(old.expected ?? '')
  const text = normalizeCode(head.text)
  if (name === undefined || expected === '' || head.swallowed || head.condition !== null)
    return false
  return (
    rankStrength(head) >= rankStrength(old) &&
    (head.tolerance ?? 0) <= (old.tolerance ?? 0) &&
    holdsWhole(text, expected) &&
    new RegExp(`\\b${name}\\b`).test(text)
  )
}

/** Whether a value stands in a code, and not only as a part of a longer one: 350 is not in 3500. */
const holdsWhole = (code: string, value: string): boolean =>
  new RegExp(`(?<![\\w.])${value.replaceAll(/[^\w\s]/g, '\\$&')}(?!\\w|\\.\\d)`).test(code)

/** Takes the assertion that speaks of the same values, or else the next one, out of `spare`. */
function takeReplacement(old: PlacedAssertion, spare: PlacedAssertion[]): PlacedAssertion | null {
  const index = spare.slice(0, MAX_SCAN).findIndex((head) => hasSameValues(old, head))
  return spare.splice(Math.max(0, index), 1)[0] ?? null
}

/** An assertion about something else in the place of one that is gone. */
function describeReplacement(
  old: PlacedAssertion,
  head: PlacedAssertion,
  gains: boolean,
): readonly TestChange[] {
  const difference = compareAssertions(old.fact, head.fact)
  if (difference.kind !== 'less' && hasSameValues(old, head)) return []
  const change = { ...locate(head), before: quote(old.fact.text) }
  const demandsLittle = rankStrength(head.fact) <= strengths.indexOf('exists')
  if (difference.kind === 'less' && !gains && (demandsLittle || hasSameSubject(old, head))) {
    const { kind, severity, how } = difference.loss
    return [{ ...change, answer: 'weakened', kind, severity, because: `Now ${how}.` }]
  }
  const because = `\`${quote(head.fact.text)}\` is in its place, which is about something else.`
  return [{ ...change, answer: 'question', kind: 'assertion_removed', severity: 'low', because }]
}

/** Whether both assertions name something in particular that is the same. */
function hasSameSubject(old: PlacedAssertion, head: PlacedAssertion): boolean {
  const names = new Set(listWords(head.fact.text))
  return listWords(old.fact.text).some(
    (word) => isTelling(word) && names.has(word) && word !== old.fact.matcher,
  )
}

/** Whether an assertion about several values is about this one, too. */
const isInPart = (old: PlacedAssertion, head: PlacedAssertion): boolean =>
  rankStrength(head.fact) >= strengths.indexOf('shape') &&
  /^[{[(]/.test(head.fact.expected ?? '') &&
  (hasSameValues(old, head) || isInWhole(old, head))

const openPattern = /\.\.\.|\bany\w*\b|Containing|\bANY\b|_\b/

/** Whether all of a value is compared, of which the old assertion looked at a part. */
function isInWhole({ fact: old }: PlacedAssertion, { fact: head }: PlacedAssertion): boolean {
  const expected = head.expected ?? ''
  const isExact =
    head.strength === 'equal' && !head.negated && !head.swallowed && head.condition === null
  if (!isExact || openPattern.test(expected)) return false
  const whole = normalizeCode(head.subject)
  const part = normalizeCode(old.subject)
  if (whole.length > 2 && part.startsWith(whole) && !/^\w/.test(part.slice(whole.length)))
    return true
  // A variable may be gone, but its key and its value are there.
  const [, name] = /(?:\[\s*|\.)["'`]?(\w+)["'`]?\]?$/.exec(old.subject) ?? []
  const value = old.expected ?? ''
  return (
    name !== undefined &&
    old.strength === 'equal' &&
    /^(?:["'`].*["'`]|-?[\d.]+|true|false|null|None|True|False)$/.test(value) &&
    new RegExp(
      `["'\`]?\\b${name}["'\`]?\\s*[:=]>?\\s*${value.replaceAll(/[^\w\s]/g, '\\$&')}(?![\\w.])`,
    ).test(expected)
  )
}

/** Whether the new assertion has all literals, or all telling names, that the old one expects. */
function hasSameValues(old: PlacedAssertion, head: PlacedAssertion): boolean {
  const literals = listLiterals(old.fact.text)
  // One number alone may be the same by chance.
  if (literals.length > 1 || literals.some((literal) => /\D{3}/.test(literal)))
    return literals.every((literal) => holdsWhole(head.fact.text, literal))
  const names = listWords(old.fact.expected ?? '').filter(isTelling)
  return names.length > 0 && names.every((name) => head.fact.text.includes(name))
}
