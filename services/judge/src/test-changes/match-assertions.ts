import { listWords } from './change-context.ts'
import type { AssertionFact } from './fact.ts'
import { compareWords } from './match-cases.ts'
import { normalizeCode } from './rate-assertion.ts'
import type { PlacedFact } from './test-file.ts'

export type PlacedAssertion = PlacedFact<AssertionFact>

/** A removed assertion with what stands in its place. */
export interface AssertionPair {
  readonly old: PlacedAssertion
  readonly head: PlacedAssertion
  /** `same`: the same text, maybe elsewhere. `subject`: about the same. `words`: alike. */
  readonly by: 'same' | 'subject' | 'words'
}

export interface AssertionMatch {
  readonly pairs: readonly AssertionPair[]
  readonly removed: readonly PlacedAssertion[]
  readonly added: readonly PlacedAssertion[]
}

/** Two assertions are alike if they share this part of their words. */
const ALIKE_SHARE = 0.4

/** Above this number of comparisons, assertions are paired by their subjects alone. */
const MAX_COMPARISONS = 40_000

/**
 * Pairs removed assertions with added ones: only equal ones, or also those about the same, and
 * those that are alike.
 */
export function matchAssertions(
  removed: readonly PlacedAssertion[],
  added: readonly PlacedAssertion[],
  how: 'same' | 'alike',
): AssertionMatch {
  const pairs: AssertionPair[] = []
  const olds = new Set(removed)
  const heads = new Set(added)
  const pair = (old: PlacedAssertion, head: PlacedAssertion, by: AssertionPair['by']) => {
    olds.delete(old)
    heads.delete(head)
    pairs.push({ old, head, by })
  }
  const pairByKey = (by: 'same' | 'subject', key: (assertion: PlacedAssertion) => string) => {
    if (olds.size === 0 || heads.size === 0) return
    const waiting = Map.groupBy(heads, key)
    for (const old of [...olds]) {
      const name = key(old)
      const found = name === '' ? undefined : waiting.get(name)?.shift()
      if (found !== undefined) pair(old, found, by)
    }
  }
  pairByKey('same', ({ fact }) => normalizeCode(fact.text))
  if (how === 'same') return { pairs, removed: [...olds], added: [...heads] }
  pairByKey('subject', ({ fact }) => `${normalizeCode(fact.subject)}|${fact.matcher}`)
  pairByKey('subject', ({ fact }) => normalizeCode(fact.subject))
  const comparisons = olds.size * heads.size
  if (comparisons > 0 && comparisons <= MAX_COMPARISONS) pairByWords(olds, heads, pair)
  return { pairs, removed: [...olds], added: [...heads] }
}

function pairByWords(
  olds: ReadonlySet<PlacedAssertion>,
  heads: ReadonlySet<PlacedAssertion>,
  pair: (old: PlacedAssertion, head: PlacedAssertion, by: 'words') => void,
): void {
  const from = [...olds].map(describe)
  const to = [...heads].map(describe)
  const scored = from
    .flatMap((old) => to.map((head) => ({ old, head, share: compareWords(old.words, head.words) })))
    .filter(({ share }) => share >= ALIKE_SHARE)
    .toSorted((a, b) => b.share - a.share)
  for (const { old, head } of scored)
    if (olds.has(old.assertion) && heads.has(head.assertion))
      pair(old.assertion, head.assertion, 'words')
}

const describe = (assertion: PlacedAssertion) => ({
  assertion,
  words: new Set(listWords(assertion.fact.text)),
})
