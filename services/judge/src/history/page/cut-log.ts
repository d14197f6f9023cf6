import { errorKinds } from '../../ci/logs/error-patterns.ts'
import type { LogWindowView } from '../http/run-page-schemas.ts'

/** The lines that are shown around the first error. */
const LINES_BEFORE = 12
const LINES_AFTER = 6

/**
 * The part of a failed job's kept log that tells why it failed: its step, and the lines around the
 * first line that is known to be an error; the end where none is.
 */
export function cutLog(kept: string): LogWindowView {
  const lines = kept.split('\n')
  const error = findFirstError(lines)
  const [step, start] = findStep(lines, error ?? lines.length - 1)
  const last = error === null ? lines.length - 1 : Math.min(lines.length - 1, error + LINES_AFTER)
  const first = Math.max(start, (error ?? last) - LINES_BEFORE)
  return {
    step,
    from: first + 1,
    lines: lines.slice(first, last + 1),
    errorLine: error === null ? null : error - first,
    truncated: first > start || last < lines.length - 1 || lines.some(isOmission),
  }
}

const isOmission = (line: string): boolean => /^… \d+ lines? left out …$/.test(line)

function findFirstError(lines: readonly string[]): number | null {
  for (const isError of errorKinds) {
    const index = lines.findIndex((line) => isError(line))
    if (index >= 0) return index
  }
  return null
}

/** The title of the step that a line belongs to, and where the lines of the step begin. */
function findStep(lines: readonly string[], index: number): readonly [string | null, number] {
  const title = lines
    .slice(0, index + 1)
    .findLastIndex(
      (line, at) =>
        /^(?:Run |Post job cleanup)/.test(line) && (at === 0 || lines[at - 1]?.trim() === ''),
    )
  return title < 0 ? [null, 0] : [lines[title] ?? null, title + 1]
}
