import { notePattern } from './note-pattern.ts'
import type { SplitLine } from './split-comments.ts'

/** The end of a header of a function, also of one whose parameters stand on lines of their own. */
const header = /\)[^()]*[{:]\s*$|=>\s*\{\s*$/
const otherHeader =
  /^\s*(?:\}\s*)?(?:if|else|elif|for|while|switch|case|catch|except|try|with|match|loop|do|select|unless|finally)\b/
const onOneLine =
  /\)[^(){}]*\{\s*(?:return\b[^{}]*)?\}|=>\s*\{\s*(?:return\b[^{}]*)?\}|:\s*(?:pass|\.\.\.)\s*$/
const onlyStatement = /^\s*(?:\}|pass\b|\.\.\.|return\b[^(]*$)/

/**
 * Whether a function among these lines can be a stub, or holds a note that puts work off. Parsing
 * costs fifty times as much as this look at the text.
 */
export function needsSyntax(lines: readonly SplitLine[], isAdded: (n: number) => boolean): boolean {
  let afterHeader = false
  return lines.some(({ code, comment }, n) => {
    if (isAdded(n) && notePattern.test(comment)) return true
    if (code.trim() === '') return false
    if (isAdded(n) && (onOneLine.test(code) || (afterHeader && onlyStatement.test(code))))
      return true
    afterHeader = header.test(code) && !otherHeader.test(code)
    return false
  })
}
