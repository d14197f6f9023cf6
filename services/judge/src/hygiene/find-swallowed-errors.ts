import { notePattern } from './note-pattern.ts'
import type { SplitLine } from './split-comments.ts'

interface Swallower {
  readonly endings: RegExp
  /** What the line contains on which the error is caught. */
  readonly sign: RegExp
  /** That line and what follows, without comments and texts. */
  readonly pattern: RegExp
}

const swallowers: readonly Swallower[] = [
  {
    endings: /\.(?:[cm]?[jt]sx?|java|kts?|cs|php|swift|scala|dart|groovy|cpp|cc)$/i,
    sign: /\bcatch\b/,
    pattern:
      /\bcatch\s*(?:\((?![^()]*\b(?:ignored?|expected|unused|_)\b)[^()]*(?:\([^()]*\))?[^()]*\))?\s*\{\s*\}/,
  },
  {
    endings: /\.pyi?$/i,
    sign: /\bexcept\b/,
    // A named error is expected to occur, and nothing has to follow.
    pattern: /\bexcept(?:\s+(?:Base)?Exception\b[^\n:]*)?\s*:\s*(?:pass|\.\.\.)[ \t]*(?=\n|$)/,
  },
  {
    endings: /\.go$/i,
    sign: /\bif err\b/,
    pattern: /\bif err(?: := [^\n{]*; err)? != nil \{\s*\}/,
  },
  { endings: /\.rb$/i, sign: /\brescue\b/, pattern: /\brescue\b[^\n]*\n\s*(?:nil\s*\n\s*)?end\b/ },
]

/** How many lines are read from the one that catches: an empty body has no more. */
const WINDOW_LINES = 5

const quotedText = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`/g

/**
 * The indexes of the lines on which an error is caught and nothing follows. A comment says that this
 * is on purpose, and why, so it counts as something; a note to do it later does not.
 */
export function findSwallowedErrors(lines: readonly SplitLine[], path: string): readonly number[] {
  const swallower = swallowers.find(({ endings }) => endings.test(path))
  if (swallower === undefined) return []
  return lines.flatMap(({ code }, n) => {
    if (!swallower.sign.test(code)) return []
    const window = lines
      .slice(n, n + WINDOW_LINES)
      .map(strip)
      .join('\n')
    return swallower.pattern.test(window) && swallower.sign.test(strip({ code, comment: '' }))
      ? [n]
      : []
  })
}

function strip({ code, comment }: SplitLine): string {
  const bare = code.replace(quotedText, '""').trimEnd()
  return /\w/.test(comment) && !notePattern.test(comment) ? `${bare} §` : bare
}
