import { clip } from '../../lib/text.ts'
import type { LogLine } from './clean-log.ts'
import { errorKinds, isExit } from './error-patterns.ts'
import { findFailedSteps } from './log-steps.ts'
import { normalizeError } from './normalize-error.ts'

/** More do not tell two failures apart any better. */
const MAX_LINES = 40
const MAX_LINE_CHARS = 200
/** Where no line is known to be an error, the last ones of the step say what failed. */
const MAX_LAST_LINES = 3

/**
 * The first error lines of a failed job, without what differs between two runs of it. Two failures
 * are the same if these are: they tell whether an attempt failed as the one before, and whether the
 * base branch fails in the same way. Sorted, because tests can run in any order.
 */
export function listErrorLines(clean: string): readonly string[] {
  const lines = findFailedSteps(clean).flatMap((step) => step.lines)
  const found = nameFiles(lines, selectErrors(lines.filter(({ text }) => text.trim() !== '')))
  const distinct = new Set<string>()
  for (const line of found) {
    if (distinct.size >= MAX_LINES) break
    distinct.add(normalizeError(clip(line.trim(), MAX_LINE_CHARS)))
  }
  return [...distinct].sort()
}

function selectErrors(lines: readonly LogLine[]): readonly LogLine[] {
  for (const isError of errorKinds) {
    const found = lines.filter(({ text }) => isError(text))
    if (found.length > 0) return found
  }
  const said = lines.filter(({ text }) => !isExit(text))
  return (said.length > 0 ? said : lines).slice(-MAX_LAST_LINES)
}

/**
 * The texts of error lines. ESLint and its like print the file on a line of its own, and without it
 * the same complaint about two files would be one.
 */
function nameFiles(lines: readonly LogLine[], errors: readonly LogLine[]): readonly string[] {
  const wanted = new Set(errors)
  let file = ''
  return lines.flatMap((line) => {
    if (/^(?:[A-Za-z]:)?[^\s:]*[\\/][^\s:]*\.\w{1,5}$/.test(line.text)) file = line.text
    if (!wanted.has(line)) return []
    return [/^\s*\d+:\d+\s/.test(line.text) && file !== '' ? `${file} ${line.text}` : line.text]
  })
}
