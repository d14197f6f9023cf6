import type { CommentStyle } from './comment-styles.ts'

/** One line, its code and its comment apart. Texts in quotes are code. */
export interface SplitLine {
  readonly code: string
  readonly comment: string
}

type Region =
  | { readonly kind: 'code' }
  | { readonly kind: 'comment'; readonly close: string }
  /** A text over several lines that is a value, and so code. */
  | { readonly kind: 'text'; readonly close: string }

const code: Region = { kind: 'code' }

/**
 * Separates the comments of consecutive lines from their code. The lines may begin inside a block
 * comment. What one line does not show (a text over several lines, a regular expression with
 * quotes) is read as code.
 */
export function splitComments(lines: readonly string[], style: CommentStyle): readonly SplitLine[] {
  let region = findFirstRegion(lines, style)
  return lines.map((text) => {
    const split = splitLine(text, region, style)
    region = split.next
    return { code: split.code, comment: split.comment }
  })
}

/** The first lines belong to a comment if it ends before one begins, or if all begin with `*`. */
function findFirstRegion(lines: readonly string[], { block }: CommentStyle): Region {
  if (block === null) return code
  const inside: Region = { kind: 'comment', close: block.close }
  for (const line of lines) {
    const [open, close] = [line.indexOf(block.open), line.indexOf(block.close)]
    if (close !== -1 && (open === -1 || close < open)) return inside
    if (open !== -1) return code
  }
  const written = lines.map((line) => line.trim()).filter((line) => line !== '')
  return written.length > 0 && written.every((line) => /^\*(?:\s|$)/.test(line)) ? inside : code
}

function splitLine(
  text: string,
  start: Region,
  style: CommentStyle,
): SplitLine & { readonly next: Region } {
  if (start.kind === 'code' && !holdsComment(text, style))
    return { code: text, comment: '', next: start }
  let region = start
  let [codePart, comment] = ['', '']
  let at = 0
  while (at < text.length) {
    if (region.kind !== 'code') {
      const end = text.indexOf(region.close, at)
      const until = end === -1 ? text.length : end + region.close.length
      if (region.kind === 'comment') comment += text.slice(at, until)
      else codePart += text.slice(at, until)
      at = until
      if (end !== -1) region = code
      continue
    }
    const token = readToken(text, at, { style, isFirst: codePart.trim() === '' })
    if (token.kind === 'code') codePart += token.text
    else comment += token.text
    at += token.text.length
    region = token.opens ?? code
  }
  return { code: codePart, comment, next: region }
}

/** Most lines begin no comment, and need no reading sign by sign. */
const holdsComment = (text: string, { line, block, docstrings }: CommentStyle): boolean =>
  line.some((sign) => text.includes(sign)) ||
  (block !== null && text.includes(block.open)) ||
  (docstrings && (text.includes('"""') || text.includes("'''")))

interface Token {
  readonly kind: 'code' | 'comment'
  readonly text: string
  readonly opens?: Region
}

const quotedPattern = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\\n]|\\.)*`/y
const plainPattern = /[^"'`/#\-<;%]+/y

function readToken(
  text: string,
  at: number,
  { style, isFirst }: { readonly style: CommentStyle; readonly isFirst: boolean },
): Token {
  if (style.docstrings)
    for (const quote of ['"""', "'''"])
      if (text.startsWith(quote, at))
        return {
          kind: isFirst ? 'comment' : 'code',
          text: quote,
          opens: { kind: isFirst ? 'comment' : 'text', close: quote },
        }
  const { block, line } = style
  if (block !== null && text.startsWith(block.open, at))
    return { kind: 'comment', text: block.open, opens: { kind: 'comment', close: block.close } }
  if (line.some((sign) => startsComment(text, at, sign)))
    return { kind: 'comment', text: text.slice(at) }
  return {
    kind: 'code',
    text: match(quotedPattern, text, at) ?? match(plainPattern, text, at) ?? text[at] ?? '',
  }
}

/** `#` begins a comment only where a word cannot go on: not in `$#` or a URL. */
const startsComment = (text: string, at: number, sign: string): boolean =>
  text.startsWith(sign, at) && (sign !== '#' || at === 0 || /\s/.test(text[at - 1] ?? ''))

function match(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? null
}
