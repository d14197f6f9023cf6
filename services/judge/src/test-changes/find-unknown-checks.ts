import type { TestChange } from './finding.ts'
import { quote } from './quote.ts'
import { normalizeCode } from './rate-assertion.ts'
import type { SideLine } from './side-text.ts'
import type { TestFile } from './test-file.ts'

/** A call or a macro by whose name one expects that it checks something. */
const checkPattern =
  /\b\w*(?:assert|expect|verif|snapshot|should|must_|ensure|compare|golden)\w*\s*[!?]?\s*[({.]/i
const noCodePattern =
  /^\s*(?:\/\/|\/?\*|#(?![[!])|(?:pub |async |export )*(?:def|fn|func|function|fun|class)\b|import\b|from\b|use\b|using\b|package\b)/

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
    return lost === undefined ? [] : [ask(text.path, lost)]
  })
}

const listChanged = (fragments: readonly (readonly SideLine[])[]): readonly SideLine[] =>
  fragments.flatMap((lines) => lines.filter(({ changed }) => changed))

const ask = (path: string, { text, number }: SideLine): TestChange => ({
  answer: 'question',
  kind: 'assertion_removed',
  severity: 'low',
  path,
  side: 'old',
  line: number,
  test: null,
  before: quote(text),
  because: 'A line that looks like a check is removed, and no rule knows what it demanded.',
})
