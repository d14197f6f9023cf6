import type { DiffFile } from '../diff/diff.ts'
import { lazy } from '../lib/lazy.ts'
import { listWords } from './change-context.ts'
import type { CaseFact, TestFact } from './fact.ts'
import { isSource, listOwnTestLines } from './holds-tests.ts'
import { readFacts } from './read-facts.ts'
import { buildSide, type FileTexts, type SideText } from './side-text.ts'

/** A changed test file with what it says on both sides. */
export interface TestFile {
  readonly file: DiffFile
  readonly old: TestSide
  readonly new: TestSide
}

export interface TestSide {
  readonly text: SideText
  readonly cases: readonly TestCase[]
  readonly facts: readonly PlacedFact[]
  /** The text of each known line, by its number. */
  readonly lines: ReadonlyMap<number, string>
  /** The words of all these lines, which are collected once. */
  listWords(): ReadonlySet<string>
}

/** A suite or a test as it stands in its file. */
export interface TestCase {
  readonly side: TestSide
  readonly fact: CaseFact
  /** The names of the enclosing suites, and its own. */
  readonly names: readonly string[]
  readonly parent: TestCase | null
  /** The line with its name: an annotation or a decorator may stand before it. */
  readonly line: number
  /** That line is removed or added by the change. */
  readonly changed: boolean
  /** The number of lines before it that the change keeps: the same where one replaces another. */
  readonly anchor: number
  readonly fragment: number
}

/** A fact with its place. */
export interface PlacedFact<F extends TestFact = TestFact> {
  readonly fact: F
  readonly side: TestSide
  /** One of its lines is removed or added by the change. */
  readonly changed: boolean
  /** The number of lines before it that the change keeps. */
  readonly anchor: number
  /** The innermost test around it; null outside of tests, or if its hunk does not show one. */
  readonly test: TestCase | null
  readonly fragment: number
}

export const selectFacts = <K extends TestFact['kind']>(
  side: TestSide,
  kind: K,
): readonly PlacedFact<Extract<TestFact, { kind: K }>>[] =>
  side.facts.filter(
    (placed): placed is PlacedFact<Extract<TestFact, { kind: K }>> => placed.fact.kind === kind,
  )

/** Reads both sides of a changed test file; null if its language has no reader. */
export function readTestFile(file: DiffFile, texts: FileTexts): TestFile | null {
  const before = readSide(buildSide(file, 'old', texts))
  const after = readSide(buildSide(file, 'new', texts))
  if (before === null || after === null) return null
  if (!isSource(file)) return { file, old: before, new: after }
  return {
    file,
    old: selectOwnTests(before, listOwnTestLines(file, 'old')),
    new: selectOwnTests(after, listOwnTestLines(file, 'new')),
  }
}

/** Of a file of the source, only what its tests say: a program asserts, too, and panics. */
function selectOwnTests(side: TestSide, lines: ReadonlySet<number>): TestSide {
  const isOwn = (line: number, test: TestCase | null): boolean =>
    lines.has(line) || (test !== null && (test.fact.collected || test.parent !== null))
  const cases = side.cases.filter(({ fact, line, parent }) => fact.collected || isOwn(line, parent))
  return { ...side, cases, facts: side.facts.filter(({ fact, test }) => isOwn(fact.line, test)) }
}

function readSide(text: SideText): TestSide | null {
  const fragments = readFacts(text)
  if (fragments === null) return null
  const cases: TestCase[] = []
  const facts: PlacedFact[] = []
  const lines = new Map(text.fragments.flat().map((line) => [line.number, line.text]))
  const side: TestSide = {
    ...{ text, cases, facts, lines },
    listWords: lazy(() => new Set([...lines.values()].flatMap(listWords))),
  }
  const changedLines = text.fragments.flat().flatMap((line) => (line.changed ? [line.number] : []))
  const countKept = (line: number) => line - countBelow(changedLines, line)
  fragments.forEach((found, fragment) => {
    const changed = new Set(
      (text.fragments[fragment] ?? []).flatMap((line) => (line.changed ? [line.number] : [])),
    )
    const open: TestCase[] = []
    for (const fact of found) {
      while (open.length > 0 && (open.at(-1)?.fact.endLine ?? 0) < fact.line) open.pop()
      const parent = open.at(-1) ?? null
      if (fact.kind === 'case') {
        const names = [...(parent?.names ?? []), fact.name]
        const line = findNameLine(fact, lines)
        const isChanged = changed.has(line)
        const anchor = countKept(line)
        const test = { side, fact, names, parent, line, changed: isChanged, anchor, fragment }
        cases.push(test)
        if (fact.level !== 'parameter') open.push(test)
      } else {
        const isChanged = hasChangedLine(fact.line, fact.endLine, changed)
        const anchor = countKept(fact.line)
        facts.push({ fact, side, changed: isChanged, anchor, test: parent, fragment })
      }
    }
  })
  return side
}

/** At most this many lines of annotations are searched for the name of a test. */
const MAX_HEADER_LINES = 40

function findNameLine({ name, line, endLine }: CaseFact, lines: TestSide['lines']): number {
  const [word = ''] = /[\w$]{2,}/.exec(name) ?? []
  for (let at = line; at <= Math.min(endLine, line + MAX_HEADER_LINES); at += 1)
    if (lines.get(at)?.includes(word)) return at
  return line
}

/** How many of the sorted numbers are smaller. */
function countBelow(sorted: readonly number[], limit: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? 0) < limit) low = middle + 1
    else high = middle
  }
  return low
}

function hasChangedLine(from: number, to: number, changed: ReadonlySet<number>): boolean {
  if (changed.size === 0) return false
  for (let line = from; line <= to; line += 1) if (changed.has(line)) return true
  return false
}

/** The lines of a span, as one text. */
export function quoteLines({ lines }: TestSide, line: number, endLine: number): string {
  const quoted: string[] = []
  for (let at = line; at <= endLine; at += 1) quoted.push(lines.get(at) ?? '')
  return quoted.join('\n')
}

/** The words of a test, its name included. */
export const listCaseWords = ({ side, fact }: TestCase): readonly string[] =>
  listWords(quoteLines(side, fact.line, fact.endLine))
