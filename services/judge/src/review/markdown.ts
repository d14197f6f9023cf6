import { clip, collapseSpace } from '../lib/text.ts'

/* Markdown as the Codex reviewer writes it, reduced to what it says itself. */

/** The text without its folded sections and hidden comments. */
export const removeFolded = (body: string): string =>
  body
    .replace(/<details\b[^>]{0,200}>[\s\S]*?(?:<\/details>|$)/gi, '')
    .replace(/<!--[\s\S]*?(?:-->|$)/g, '')

/** The text without code blocks and block quotes, in which it repeats what others wrote. */
export function removeBlocks(body: string): string {
  const kept: string[] = []
  let fence: string | null = null
  for (const line of body.split(/\r\n?|\n/)) {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1] ?? null
    if (fence !== null) {
      if (mark?.startsWith(fence) && line.trim() === mark) fence = null
      continue
    }
    if (mark === null) kept.push(/^\s{0,3}>/.test(line) ? '' : line)
    else fence = mark
  }
  return kept.join('\n')
}

/** What the text says itself, still with its markup. */
export const removeQuoted = (body: string): string => removeFolded(removeBlocks(body))

/**
 * The text without markup. The lengths are bounded, so that no text takes long. List items begin with
 * `•`; code in a line keeps its backticks.
 */
export const stripMarkup = (text: string): string =>
  text
    .replace(/^([ \t]*)(?:[-*+]|\d{1,9}[.)])[ \t]+/gm, '$1• ')
    .replace(/^[ \t]*#{1,6}[ \t]+/gm, '')
    .replace(/!\[[^\]\n]{0,500}\]\([^)\n]{0,2000}\)/g, '')
    .replace(/\[([^\]\n]{0,500})\]\([^)\n]{0,2000}\)/g, '$1')
    .replace(/<(https?:[^>\s]{1,2000})>/g, '$1')
    .replace(/<\/?[a-z][^>\n]{0,500}>/gi, '')
    .replace(/\*+|~~/g, '')
    .replace(/(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)/g, '')
    .replace(/&(?:#0?39|apos|rsquo);/gi, "'")
    .replace(/&(?:quot|[lr]dquo);/gi, '"')
    .replace(/&nbsp;/gi, ' ')

const MAX_QUOTE_CHARS = 300
/** More is not read to find so many. */
const MAX_QUOTE_SOURCE_CHARS = 4_000

/**
 * The words of a text in quotation marks, on one line and cut if they are many. A zero-width space
 * keeps them from mentioning anyone, wherever they are shown.
 */
export function formatQuote(text: string): string {
  const plain = stripMarkup(clip(text, MAX_QUOTE_SOURCE_CHARS, ''))
  const line = collapseSpace(plain.replace(/[\p{Cc}\u2028\u2029]/gu, ' ')).replace(
    /@(?=\w)/g,
    '@\u200B',
  )
  return `“${clip(line, MAX_QUOTE_CHARS)}”`
}
