import { findClosing } from '../call-chain.ts'

/**
 * Splits at each of `words` that stands in no bracket and no text. A word that has spaces around it
 * must have them in the text, too. The parts are not trimmed.
 */
export function splitAtWords(text: string, words: readonly string[]): readonly string[] {
  const parts: string[] = []
  let start = 0
  let at = 0
  while (at < text.length) {
    const word = words.find((candidate) => text.startsWith(candidate, at))
    if (word !== undefined) {
      parts.push(text.slice(start, at))
      at += word.length
      start = at
    } else at = skipToken(text, at)
  }
  return [...parts, text.slice(start)]
}

const quotePattern = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`)/s

function skipToken(text: string, at: number): number {
  const sign = text[at] ?? ''
  if (sign === '(' || sign === '[' || sign === '{') return findClosing(text, at) + 1
  if (sign !== '"' && sign !== "'" && sign !== '`') return at + 1
  return at + (quotePattern.exec(text.slice(at, at + 20_000))?.[0].length ?? 1)
}
