import type { DiffHunk, DiffLine } from './diff.ts'

/**
 * Whether both sides of a hunk differ in white space alone: indentation, blanks, empty lines, line
 * ends, or where a line is broken. Space that separates two words, or stands inside a text in quotes
 * on one line, is content: without it, other words are read. So is the end of a line comment.
 */
export function isSpaceOnly({ lines }: DiffHunk): boolean {
  const [before, after] = [joinSide(lines, 'added'), joinSide(lines, 'removed')]
  // Both are cheap: almost every change of content is found here, and every change of indentation.
  if (before.replace(/\s+/g, '') !== after.replace(/\s+/g, '')) return false
  if (before === after) return true
  const [old, now] = [splitTokens(before), splitTokens(after)]
  return old.length === now.length && old.every((token, n) => token === now[n])
}

/**
 * The text of the hunk on one side: its lines without those of the other side, without indentation
 * and without empty lines.
 */
const joinSide = (lines: readonly DiffLine[], omitted: 'added' | 'removed'): string =>
  lines
    .filter(({ kind }) => kind !== omitted)
    .map(({ text }) => text.trim())
    .filter((text) => text !== '')
    .join('\n')

/**
 * A text in quotes that ends on its line, a line comment, a word, an operator that is read as two
 * others if it is split, or any other character.
 */
const tokenPattern =
  /(["'`])(?:\\.|(?!\1)[^\\\n])*\1|(?:\/\/|#)[^\n]*|[\p{L}\p{N}_$]+|\+\+|--|[^\s]/gsu

const splitTokens = (text: string): readonly string[] =>
  [...text.matchAll(tokenPattern)].map(([token]) =>
    /^(?:\/\/|#)/.test(token) ? token.replace(/\s+/g, '') : token,
  )
