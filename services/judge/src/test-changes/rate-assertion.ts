import { listWords } from './change-context.ts'
import { type AssertionFact, strengths } from './fact.ts'
import type { LossSeverity, TestChangeKind } from './finding.ts'
import { listLiterals } from './literals.ts'
import { readNumber } from './numbers.ts'
import { quote } from './quote.ts'

/** How an assertion checks less than another one, or what else is different. */
export interface AssertionLoss {
  readonly kind: TestChangeKind
  readonly severity: LossSeverity
  /** What is less, as a part of a sentence. */
  readonly how: string
}

/** How two assertions about the same thing differ: one checks less, expects another value, or neither. */
export type AssertionDifference =
  | { readonly kind: 'less'; readonly loss: AssertionLoss }
  /** The same check with a wider bound or a smaller part, which may follow other inputs. */
  | { readonly kind: 'narrower'; readonly loss: AssertionLoss }
  | { readonly kind: 'other_value' }
  | { readonly kind: 'none' }

/** Compares the assertion that was there with the one in its place. */
export function compareAssertions(old: AssertionFact, head: AssertionFact): AssertionDifference {
  // What failed without an effect has checked nothing.
  if (old.swallowed) return { kind: 'none' }
  const loss = findContextLoss(old, head) ?? findStrengthLoss(old, head) ?? findRangeLoss(old, head)
  if (loss !== null) return { kind: 'less', loss }
  const narrowing = findNarrowing(old, head)
  if (narrowing !== null) return { kind: 'narrower', loss: narrowing }
  if (rankStrength(head) > rankStrength(old) || namesSameValues(old, head)) return { kind: 'none' }
  const changed = old.negated !== head.negated || !isSameValue(old.expected, head.expected)
  return { kind: changed ? 'other_value' : 'none' }
}

/** Names that only wrap a value in the notation of a language or of a library. */
const wrappers: ReadonlySet<string> = new Set(
  'new of List Set Map listOf setOf mapOf Arrays asList ImmutableList copyOf vec list tuple class nil null None'.split(
    ' ',
  ),
)

/** Whether two expected values are one in other notations: `List.of(1)`, `[1]`, and `1`. */
function isSameValue(before: string | null, after: string | null): boolean {
  const [old = '', head = ''] = [before ?? '', after ?? '']
  if (normalizeCode(old) === normalizeCode(head)) return true
  const values = (text: string) => listWords(text).filter((word) => !wrappers.has(word))
  const same = values(old).join(' ') === values(head).join(' ')
  return same && /^[\s\w.,()[\]{}<>:"'&!-]*$/.test(old + head)
}

/** The same check, but no longer always, or without an effect on the result. */
export function findContextLoss(old: AssertionFact, head: AssertionFact): AssertionLoss | null {
  if (head.swallowed && !old.swallowed)
    return {
      kind: 'error_swallowed',
      severity: 'medium',
      how: 'its failure is caught and dropped',
    }
  if (head.condition !== null && old.condition === null)
    return {
      kind: 'assertion_conditional',
      severity: 'medium',
      how: `it is checked only if ${head.condition}`,
    }
  return null
}

/** The place of an assertion's strength among all, from the weakest. */
export const rankStrength = ({ strength }: AssertionFact): number => strengths.indexOf(strength)

const demands: Readonly<Record<AssertionFact['strength'], string>> = {
  nothing: 'nothing: it is always true',
  runs: 'only that the code runs',
  exists: 'only that there is a value',
  shape: 'only a part, a type or a bound',
  equal: 'an exact value',
}

/** `a || b` holds where `a` does not; `if a && b { fail }` fails only if both hold. */
function countAlternatives({ text }: AssertionFact): number {
  const code = text.replace(/"[^"]*"|'[^']*'|`[^`]*`/g, '').replace(/\{.*/, '')
  return code.split(/^if\b/.test(code) ? /&&/ : /\|\||\bor\b/).length - 1
}

function findStrengthLoss(old: AssertionFact, head: AssertionFact): AssertionLoss | null {
  if (countAlternatives(head) > countAlternatives(old))
    return {
      kind: 'assertion_loosened',
      severity: 'medium',
      how: `\`${quote(head.text)}\` has an alternative that is enough`,
    }
  if (rankStrength(head) >= rankStrength(old) || namesSameValues(old, head)) return null
  const kind = head.strength === 'nothing' ? 'always_true' : 'assertion_loosened'
  const severity = head.strength === 'nothing' ? 'high' : 'medium'
  return { kind, severity, how: `\`${quote(head.text)}\` demands ${demands[head.strength]}` }
}

/** An object of which parts are demanded with exact values demands those as an equality does. */
function namesSameValues(old: AssertionFact, head: AssertionFact): boolean {
  const literals = listLiterals(old.expected ?? '')
  return (
    head.strength === 'shape' &&
    /match_?object|objectcontaining|containsentr|hasentr|extracting|include/i.test(head.text) &&
    /^[{[(]/.test(head.expected ?? '') &&
    literals.length > 0 &&
    literals.every((literal) => head.text.includes(literal))
  )
}

/** Whether a value may be farther off, or a part is smaller. */
function findRangeLoss(old: AssertionFact, head: AssertionFact): AssertionLoss | null {
  if (head.tolerance !== null && head.tolerance > (old.tolerance ?? 0))
    return {
      kind: 'tolerance_widened',
      severity: old.tolerance === null ? 'medium' : 'low',
      how: `\`${quote(head.text)}\` allows values that are ${head.tolerance} off`,
    }
  if (old.strength !== 'shape') return null
  if (exactPattern.test(old.matcher) && !isBound(old) && isBound(head) && !old.negated)
    return {
      kind: 'assertion_loosened',
      severity: 'low',
      how: `\`${quote(head.text)}\` is a bound and no exact value`,
    }
  return null
}

/** The same check, but of a wider range or of a smaller part. */
function findNarrowing(old: AssertionFact, head: AssertionFact): AssertionLoss | null {
  if (old.strength !== 'shape' || normalizeCode(old.matcher) !== normalizeCode(head.matcher))
    return null
  const code = quote(head.text)
  if (findWiderBound(old, head))
    return { kind: 'tolerance_widened', severity: 'low', how: `\`${code}\` is a wider bound` }
  if (isSmallerPart(old, head))
    return { kind: 'assertion_loosened', severity: 'low', how: `\`${code}\` demands less` }
  return null
}

/** Matchers of sizes that demand an exact one. */
const exactPattern =
  /^(?:size )?(?:==|===|is|\w*Equals?|isEqualTo|shouldBe|assert_eq|hasSize|HaveLen|Len|HasLen|toHaveLength|lengthOf|shouldHaveSize)$/
const isBound = ({ matcher }: AssertionFact): boolean =>
  /[<>]=?$|Greater|Less|AtLeast|AtMost|toBe(?:Above|Below)|Positive/i.test(matcher)

const upperPattern = /less|below|most|^<=?$|max|atmost|before|under|le$|lt$/i
const lowerPattern = /greater|above|least|^>=?$|min|atleast|after|over|ge$|gt$/i

function findWiderBound(old: AssertionFact, head: AssertionFact): boolean {
  const from = readNumber(old.expected ?? '')
  const to = readNumber(head.expected ?? '')
  if (from === null || to === null) return false
  const isUpper = upperPattern.test(old.matcher) !== old.negated
  const isLower = lowerPattern.test(old.matcher) !== old.negated
  return isUpper === isLower ? false : isUpper ? to > from : to < from
}

/** A text, a pattern or an object of which only some words are left demands less. */
function isSmallerPart(old: AssertionFact, head: AssertionFact): boolean {
  if (old.negated || head.negated) return false
  const before = listWords(old.expected ?? '')
  const after = listWords(head.expected ?? '')
  const kept = new Set(before)
  return after.length < before.length && after.every((word) => kept.has(word))
}

/** A code without what its layout adds: blanks, kinds of quotes, commas before a bracket. */
export const normalizeCode = (text: string): string =>
  text
    .replace(/\s+/g, '')
    .replace(/['`]/g, '"')
    .replace(/,(?=[)\]}])/g, '')
    .replace(/^await|;$/g, '')
