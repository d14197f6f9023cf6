/* Characters that show nothing, or turn the text after them around. */

const hidden = /(?![\t\n\r])\p{Cc}|\p{Cf}|\p{Default_Ignorable_Code_Point}/u

const splitter = new RegExp(`(${hidden.source})`, 'u')

/** A part of a text: as written, or the number of a character that would not be seen. */
export type RevealedPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'hidden'; readonly text: string }

/**
 * Splits a text at its invisible characters. A joiner between two emoji, and the selector that asks
 * for an emoji's picture, stay where they are.
 */
export function revealHidden(text: string): readonly RevealedPart[] {
  if (!hidden.test(text)) return [{ kind: 'text', text }]
  const parts: RevealedPart[] = []
  const append = (piece: string) => {
    const last = parts.at(-1)
    if (last?.kind === 'text') parts[parts.length - 1] = { kind: 'text', text: last.text + piece }
    else parts.push({ kind: 'text', text: piece })
  }
  for (const piece of text.split(splitter)) {
    if (piece === '') continue
    const before = parts.at(-1)
    if (!hidden.test(piece)) append(piece)
    else if (belongsToEmoji(piece, before)) append(piece)
    else parts.push({ kind: 'hidden', text: formatNumber(piece) })
  }
  return parts
}

const emojiEnd = /\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\uFE0F)*$/u

const belongsToEmoji = (piece: string, before: RevealedPart | undefined): boolean =>
  (piece === '\uFE0F' || piece === '\u200D') &&
  before?.kind === 'text' &&
  emojiEnd.test(before.text)

const formatNumber = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`

/** The text with invisible characters as their numbers, where no element can be used. */
export const revealInText = (text: string): string =>
  revealHidden(text)
    .map((part) => (part.kind === 'text' ? part.text : `⟨${part.text}⟩`))
    .join('')
