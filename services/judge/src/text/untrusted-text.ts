import { stripVTControlCharacters } from 'node:util'
import { clip, toSentence } from '../lib/text.ts'

/*
 * Makes untrusted text safe to embed in ours. Anybody may write titles, comments, logs and branch
 * names: they must not add a line to a message, mention anyone, or end the block that quotes them.
 */

/** Removes NUL, lone surrogates and terminal escapes, and ends lines by \n. */
export const clean = (text: string): string =>
  stripVTControlCharacters(text)
    .replaceAll('\u0000', '\uFFFD')
    .replace(/\r\n?/g, '\n')
    .toWellFormed()

/**
 * Characters that turn the order of what stands around them, or that no reader sees: with them, a
 * title could look like another address or name.
 */
const hiddenPattern = new RegExp(
  [
    String.raw`[\u00AD\u034F\u061C\u115F\u1160\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F]`,
    String.raw`[\u2800\u3164\uFEFF\uFFA0\uFFF9-\uFFFB]|[\u{E0000}-\u{E007F}]|[\u{E0100}-\u{E01EF}]`,
  ].join('|'),
  'gu',
)

/** One line of at most `max` characters without hidden ones, so that the text cannot imitate a line of ours. */
export const toOneLine = (text: string, max: number): string =>
  // Control characters and line separators count as white space, because some readers break lines
  // at them.
  clip(
    clean(text)
      .replace(hiddenPattern, '')
      .replace(/[\s\p{Cc}\u2028\u2029]+/gu, ' ')
      .trim(),
    max,
  )

/** One line that ends like a sentence, of at most `max` characters in all. */
export const toOneSentence = (text: string, max: number): string => {
  const line = toOneLine(text, max)
  return toSentence(line).length > max ? clip(line, max, '.') : toSentence(line)
}

const ZERO_WIDTH_SPACE = '\u200B'

/**
 * Breaks `@everyone`, `@here`, `<@user>`, `<@&role>`, `<#channel>`, slash commands and Markdown
 * links by a zero-width space; the text reads the same.
 */
export const neutralizeMentions = (text: string): string =>
  text
    .replace(/@/g, `@${ZERO_WIDTH_SPACE}`)
    .replace(/<(?=[@#/:]|a:|t:|id:)/g, `<${ZERO_WIDTH_SPACE}`)
    .replace(/\](?=\()/g, `]${ZERO_WIDTH_SPACE}`)

/** One line without any meaning in Markdown, of at most `max` characters before that. */
export const toMarkdownLine = (text: string, max: number): string =>
  neutralizeMentions(toOneLine(text, max).replace(/[\\`*_[\]<>~|#]/g, (mark) => `\\${mark}`))

/** The address in a form that is safe in a message; null if it is not HTTP(S) or over `max`. */
export function toWebAddress(text: string | null | undefined, max = 400): string | null {
  if (!text || !URL.canParse(text)) return null
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null
  url.username = ''
  url.password = ''
  const safe = url.href.replaceAll('@', '%40').replaceAll('<', '%3C').replaceAll('>', '%3E')
  return safe.length <= max ? safe : null
}

/** A Markdown code block that the text inside it cannot end. */
export function formatCodeBlock(text: string, info = 'text'): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${info}\n${text}\n${fence}`
}

/** Inline code that the text inside it cannot end. */
export function formatCode(text: string, max = 300): string {
  const line = toOneLine(text, max)
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length))
  const tick = '`'.repeat(longest + 1)
  return longest === 0 ? `${tick}${line}${tick}` : `${tick} ${line} ${tick}`
}

/** Indents each line, so that the text stays inside its list item. */
export const indent = (text: string, by = '   '): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? '' : `${by}${line}`))
    .join('\n')

/** The last `max` characters, from the start of a line if one is near; errors end a log. */
export function takeTail(text: string, max: number): string {
  if (text.length <= max) return text
  const end = text.slice(-(max - 2)).replace(/^[\uDC00-\uDFFF]/, '')
  const newline = end.indexOf('\n')
  return `…\n${newline >= 0 && newline < max / 4 ? end.slice(newline + 1) : end}`
}
