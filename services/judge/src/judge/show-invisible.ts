/**
 * Characters that a reader does not see, or that change the order of what it sees: formats, controls
 * other than tab and newline, separators, fillers, and selectors of variants.
 */
const invisiblePattern = new RegExp(
  [
    String.raw`\p{Cf}|\p{Zl}|\p{Zp}|(?![\t\n])\p{Cc}|\u{115F}|\u{1160}|\u{3164}|\u{FFA0}`,
    String.raw`\u{17B4}|\u{17B5}|[\u{180B}-\u{180F}]|[\u{FE00}-\u{FE0F}]|[\u{E0100}-\u{E01EF}]`,
  ].join('|'),
  'gu',
)

const joiningScripts = ['Arabic', 'Devanagari', 'Bengali', 'Tamil', 'Telugu', 'Kannada']
  .concat('Malayalam', 'Sinhala')
  .map((script) => String.raw`\p{Script=${script}}`)
  .join('|')
const emojiBefore = String.raw`(?<=\p{Extended_Pictographic}|\u{FE0F}|\p{Emoji_Modifier})`

/** Where such a character belongs to the writing: in emoji, and between letters that join. */
const joinerPattern = new RegExp(
  [
    String.raw`(?<=\p{Extended_Pictographic}|[#*0-9])\u{FE0F}`,
    String.raw`${emojiBefore}\u{200D}(?=\p{Extended_Pictographic})`,
    String.raw`(?<=${joiningScripts})(?:\u{200C}|\u{200D})`,
  ].join('|'),
  'gu',
)

/**
 * The text with every invisible character as its number, such as `⟨U+202E⟩`, so that a model reads
 * what is there and no text looks like another. Shown text is shown unchanged.
 */
export function showInvisible(text: string): string {
  if (text.search(invisiblePattern) < 0) return text
  const kept = new Set([...text.matchAll(joinerPattern)].map(({ index }) => index))
  return text.replace(invisiblePattern, (found, index: number) =>
    kept.has(index) ? found : formatCodePoint(found),
  )
}

const formatCodePoint = (character: string): string =>
  `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`

/** The text without its invisible characters. */
export const removeInvisible = (text: string): string => text.replace(invisiblePattern, '')
