import { isTelling, listWords } from './change-context.ts'
import type { Comparison } from './comparison.ts'
import { strengths } from './fact.ts'
import type { TestChange } from './finding.ts'
import { listLiterals } from './literals.ts'
import { locate } from './locate.ts'
import type { PlacedAssertion } from './match-assertions.ts'
import { quote } from './quote.ts'
import { compareAssertions, normalizeCode, rankStrength } from './rate-assertion.ts'
import { selectFacts, type TestCase } from './test-file.ts'

/** Of the assertions without a counterpart, as many are lost as were not replaced by others. */
export function describeRemoved(comparison: Comparison): readonly TestChange[] {
  const { checks, cases } = comparison
  const isGone = (test: TestCase | null): boolean =>
    test?.changed === true && !cases.after.has(test)
  const nameScope = ({ test, side, fragment }: PlacedAssertion) =>
    test === null ? `${side.text.path}#${fragment}` : (cases.after.get(test) ?? test)
  const spare = Map.groupBy(checks.added, nameScope)
  const added = Map.groupBy(
    comparison.files
      .flatMap((file) => selectFacts(file.new, 'assertion'))
      .filter(({ changed }) => changed),
    nameScope,
  )
  return checks.removed
    .filter(({ test, fact }) => !isGone(test) && fact.strength !== 'nothing' && !fact.swallowed)
    .flatMap((old) => {
      const scope = nameScope(old)
      const reason = comparison.reasons.explain(old.fact.text)
      if (reason !== null) return [{ ...describeLoss(old), answer: 'justified', because: reason }]
      if ((added.get(scope) ?? []).some((head) => holdsValue(old, head))) return []
      const head = takeReplacement(old, spare.get(scope) ?? [])
      if (head !== null) return describeReplacement(old, head)
      if ((added.get(scope) ?? []).some((other) => isInPart(old, other))) return []
      // One assertion that demands more may stand for several that demanded less.
      const stronger = (added.get(scope) ?? []).some(
        ({ fact }) => rankStrength(fact) > rankStrength(old.fact),
      )
      return stronger ? [] : [describeLoss(old)]
    })
}

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
    text.includes(expected) &&
    new RegExp(`\\b${name}\\b`).test(text)
  )
}

/** Takes the assertion that speaks of the same values, or else the next one, out of `spare`. */
function takeReplacement(old: PlacedAssertion, spare: PlacedAssertion[]): PlacedAssertion | null {
  const index = spare.findIndex((head) => hasSameValues(old, head))
  return spare.splice(Math.max(0, index), 1)[0] ?? null
}

/** An assertion about something else in the place of one that is gone. */
function describeReplacement(old: PlacedAssertion, head: PlacedAssertion): readonly TestChange[] {
  const difference = compareAssertions(old.fact, head.fact)
  if (difference.kind !== 'less' && hasSameValues(old, head)) return []
  const change = { ...locate(head), before: quote(old.fact.text) }
  const demandsLittle = rankStrength(head.fact) <= strengths.indexOf('exists')
  if (difference.kind === 'less' && (demandsLittle || hasSameSubject(old, head))) {
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
  hasSameValues(old, head)

/** Whether the new assertion has all literals, or all telling names, that the old one expects. */
function hasSameValues(old: PlacedAssertion, head: PlacedAssertion): boolean {
  const literals = listLiterals(old.fact.text)
  // One number alone may be the same by chance.
  if (literals.length > 1 || literals.some((literal) => /\D{3}/.test(literal)))
    return literals.every((literal) => head.fact.text.includes(literal))
  const names = listWords(old.fact.expected ?? '').filter(isTelling)
  return names.length > 0 && names.every((name) => head.fact.text.includes(name))
}
