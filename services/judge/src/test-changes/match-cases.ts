import type { CaseFact } from './fact.ts'
import { listCaseWords, type TestCase, type TestFile } from './test-file.ts'

/** How the tests of both sides belong together. */
export interface CaseMatches {
  /** The test after the change, by the test before it. */
  readonly after: ReadonlyMap<TestCase, TestCase>
  /** The test before the change, by the test after it. */
  readonly before: ReadonlyMap<TestCase, TestCase>
}

/** Two tests are the same under another name if they share this part of their words. */
const RENAMED_SHARE = 0.6

/** Above this number of comparisons, renamed tests are not searched for. */
const MAX_COMPARISONS = 20_000

/** Pairs tests by their names within a file, by their names across files, and by their words. */
export function matchCases(files: readonly TestFile[]): CaseMatches {
  const after = new Map<TestCase, TestCase>()
  const before = new Map<TestCase, TestCase>()
  const pair = (from: TestCase, to: TestCase) => {
    after.set(from, to)
    before.set(to, from)
  }
  const isOpen = (test: TestCase) => !after.has(test) && !before.has(test)
  const pairByKey = (
    from: readonly TestCase[],
    to: readonly TestCase[],
    key: (test: TestCase) => string,
  ) => {
    const waiting = Map.groupBy(to.filter(isOpen), key)
    for (const test of from.filter(isOpen)) {
      const found = waiting.get(key(test))?.shift()
      if (found !== undefined) pair(test, found)
    }
  }
  for (const { old, new: head } of files) {
    pairByKey(old.cases, head.cases, ({ fact, names }) => `${fact.level}:${names.join(' > ')}`)
    pairByKey(old.cases, head.cases, nameKey)
    // A new name in the place of the old one, around lines that stay.
    const isEdited = (test: TestCase) => test.changed && test.fact.level !== 'parameter'
    pairByKey(
      old.cases.filter((test) => isEdited(test) && hasKeptLines(test)),
      head.cases.filter((test) => isEdited(test) && hasKeptLines(test)),
      ({ fact, anchor }) => `${fact.level}:${anchor}`,
    )
  }
  const olds = files.flatMap(({ old }) => old.cases)
  const news = files.flatMap((file) => file.new.cases)
  pairByKey(olds, news, nameKey)
  pairByWords(olds.filter(isOpen), news.filter(isOpen), pair)
  // Of the rows that are left, one stands for another in the same place.
  for (const { old, new: head } of files)
    pairByKey(
      old.cases.filter(({ fact }) => fact.level === 'parameter'),
      head.cases.filter(({ fact }) => fact.level === 'parameter'),
      ({ anchor }) => String(anchor),
    )
  return { after, before }
}

function hasKeptLines({ side, fact, fragment }: TestCase): boolean {
  const lines = side.text.fragments[fragment] ?? []
  // The lines of a fragment follow one another.
  const first = lines[0]?.number ?? 0
  return lines
    .slice(Math.max(0, fact.line + 1 - first), Math.max(0, fact.endLine + 1 - first))
    .some(({ changed, text }) => !changed && /\w/.test(text))
}

const nameKey = ({ fact }: TestCase): string =>
  `${fact.level}:${fact.name.toLowerCase().replace(/[\W_]+/g, '')}`

function pairByWords(
  olds: readonly TestCase[],
  news: readonly TestCase[],
  pair: (from: TestCase, to: TestCase) => void,
): void {
  const isPlain = ({ fact }: { readonly fact: CaseFact }) => fact.level !== 'suite'
  const plainOlds = olds.filter(isPlain)
  const plainNews = news.filter(isPlain)
  const comparisons = plainOlds.length * plainNews.length
  if (comparisons === 0 || comparisons > MAX_COMPARISONS) return
  const from = plainOlds.map(describeCase)
  const to = plainNews.map(describeCase)
  const scored = from.flatMap((old) =>
    to
      .filter(({ test }) => test.fact.level === old.test.fact.level)
      .map((head) => ({ old, head, share: compareWords(old.words, head.words) }))
      .filter(({ share }) => share >= RENAMED_SHARE),
  )
  const taken = new Set<TestCase>()
  for (const { old, head } of scored.toSorted((a, b) => b.share - a.share)) {
    if (taken.has(old.test) || taken.has(head.test)) continue
    taken.add(old.test).add(head.test)
    pair(old.test, head.test)
  }
}

const describeCase = (test: TestCase) => ({ test, words: new Set(listCaseWords(test)) })

/** The part of all words that both sets have; 0 for two empty ones. */
export function compareWords(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [small, large] = a.size < b.size ? [a, b] : [b, a]
  let shared = 0
  for (const word of small) if (large.has(word)) shared += 1
  const all = a.size + b.size - shared
  return all === 0 ? 0 : shared / all
}
