import type { TestChange } from './finding.ts'
import { findFileRole } from './is-test-file.ts'
import { quote } from './quote.ts'
import { normalizeCode } from './rate-assertion.ts'
import type { SideLine } from './side-text.ts'
import type { TestFile } from './test-file.ts'

/** A call or a macro by whose name one expects that it checks something. */
const checkPattern =
  /\b\w*(?:assert|expect|verif|snapshot|should|must_|ensure|compare|golden)\w*\s*[!?]?\s*[({.]/i
const noCodePattern =
  /^\s*(?:\/\/|\/?\*|#(?![[!])|(?:pub |async |export )*(?:def|fn|func|function|fun|class)\b|import\b|from\b|use\b|using\b|package\b)/

/** A value in brackets on a line of its own, such as a row of a table that begins elsewhere. */
const rowPattern = /^\s*[[{(].*\w.*[\]})],$/

/**
 * Removed lines that look like a check which no profile knows: at most one question for each file,
 * because no rule can tell whether as much is checked as before. Lines that stand elsewhere in the
 * change are only moved.
 */
export function findUnknownChecks(files: readonly TestFile[]): readonly TestChange[] {
  const added = new Set(
    files
      .flatMap((file) => listChanged(file.new.text.fragments))
      .map(({ text }) => normalizeCode(text)),
  )
  return files.flatMap((file) => {
    const { text, facts, cases } = file.old
    // A deleted or renamed test is compared as a whole.
    const spans = [...facts, ...cases.filter(({ changed }) => changed)].map(({ fact }) => fact)
    const lost = listChanged(text.fragments).find(
      (line) =>
        checkPattern.test(line.text) &&
        !noCodePattern.test(line.text) &&
        !added.has(normalizeCode(line.text)) &&
        !spans.some((fact) => line.number >= fact.line && line.number <= fact.endLine),
    )
    if (lost !== undefined) return [ask(text.path, lost, 'assertion_removed', 'a check')]
    const row = text.whole || findFileRole(text.path) !== 'test' ? undefined : findLostRow(file)
    return row === undefined ? [] : [ask(text.path, row, 'case_deleted', 'a row of a table')]
  })
}

/** A row that is removed from a hunk that does not show the whole table, and is not replaced. */
function findLostRow({ old, new: head }: TestFile): SideLine | undefined {
  const known = old.cases.map(({ line }) => line)
  return old.text.fragments
    .flatMap((lines, fragment) => {
      const rows = lines.filter(({ changed, text }) => changed && rowPattern.test(text))
      const other = (head.text.fragments[fragment] ?? []).filter(({ changed }) => changed)
      const isTable = lines.some(({ changed, text }) => !changed && rowPattern.test(text))
      return isTable && rows.length > other.length ? rows : []
    })
    .find(({ number }) => !known.includes(number))
}

const listChanged = (fragments: readonly (readonly SideLine[])[]): readonly SideLine[] =>
  fragments.flatMap((lines) => lines.filter(({ changed }) => changed))

const ask = (
  path: string,
  { text, number }: SideLine,
  kind: 'assertion_removed' | 'case_deleted',
  what: string,
): TestChange => ({
  answer: 'question',
  kind,
  severity: 'low',
  path,
  side: 'old',
  line: number,
  test: null,
  before: quote(text),
  because: `A line that looks like ${what} is removed, and no rule knows what it demanded.`,
})
