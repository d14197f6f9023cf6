/** The shortest encoded passage that is decoded, in characters. */
const MIN_BASE64 = 32
/** Longer ones are data, such as images. */
const MAX_BASE64 = 8_192

/**
 * What a line says in encodings that a model reads without being asked to: escapes, HTML entities,
 * percent signs, base64 and rot13. Empty if it has none of them that decodes to text.
 */
export function decodePassages(line: string): readonly string[] {
  const escaped = decodeEscapes(line)
  return [
    ...(escaped === line ? [] : [escaped]),
    ...[...line.matchAll(/[A-Za-z0-9+/_-]{32,}={0,2}/g)].flatMap(([found]) => decodeBase64(found)),
  ]
}

/** A letter is replaced by the one 13 places on; what is twice replaced is itself. */
export const rotateLetters = (text: string): string =>
  text.replace(/[a-z]/g, (letter) =>
    String.fromCharCode(((letter.charCodeAt(0) - 97 + 13) % 26) + 97),
  )

const toCharacter = (found: string, digits: string, base: number): string => {
  const code = Number.parseInt(digits, base)
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : found
}

const decodeEscapes = (line: string): string =>
  line
    .replace(/\\u\{?([0-9a-fA-F]{4,6})\}?|\\x([0-9a-fA-F]{2})/g, (found, long, short) =>
      toCharacter(found, long ?? short, 16),
    )
    .replace(/&#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}));?/g, (found, hex, decimal) =>
      hex === undefined ? toCharacter(found, decimal, 10) : toCharacter(found, hex, 16),
    )
    .replace(/%([2-7][0-9a-fA-F])/g, (found, hex) => toCharacter(found, hex, 16))

/** Base64 that decodes to prose; anything else is data. */
function decodeBase64(text: string): readonly string[] {
  if (text.length < MIN_BASE64 || text.length > MAX_BASE64) return []
  const decoded = Buffer.from(text, 'base64').toString('utf8')
  const isProse = /^[\t\n\r\x20-\x7e]+$/.test(decoded) && /[a-z]+ [a-z]+/i.test(decoded)
  return isProse ? [decoded] : []
}
