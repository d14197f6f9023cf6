import { removeInvisible } from '../show-invisible.ts'

/** A text reduced to its words, and the line of the original in which each character stood. */
export interface FoldedText {
  /** Lower-case words with one space between them; everything else is gone. */
  readonly words: string
  /** The offset in `words` at which each line begins. */
  readonly lineStarts: readonly number[]
}

/** Letters of other scripts that look like Latin ones. NFKC maps wide and styled forms itself. */
const lookAlikes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    а: 'a',
    ɑ: 'a',
    α: 'a',
    в: 'b',
    ь: 'b',
    β: 'b',
    с: 'c',
    ϲ: 'c',
    ԁ: 'd',
    е: 'e',
    ё: 'e',
    ε: 'e',
    є: 'e',
    ɡ: 'g',
    ց: 'g',
    һ: 'h',
    н: 'h',
    і: 'i',
    ї: 'i',
    ı: 'i',
    ι: 'i',
    ӏ: 'l',
    ј: 'j',
    к: 'k',
    κ: 'k',
    ⅼ: 'l',
    м: 'm',
    μ: 'm',
    п: 'n',
    η: 'n',
    ո: 'n',
    о: 'o',
    ο: 'o',
    σ: 'o',
    օ: 'o',
    р: 'p',
    ρ: 'p',
    ԛ: 'q',
    г: 'r',
    ѕ: 's',
    т: 't',
    τ: 't',
    υ: 'u',
    ս: 'u',
    ν: 'v',
    ѵ: 'v',
    ԝ: 'w',
    ω: 'w',
    х: 'x',
    χ: 'x',
    у: 'y',
    ү: 'y',
    γ: 'y',
    ᴢ: 'z',
  }),
)

/** Small capitals, which Unicode does not map to their letters. */
const smallCapitals = new Map(
  [...'ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡxʏᴢ'].map((letter, index) => [
    letter,
    String.fromCharCode(97 + index),
  ]),
)

/** Letters in circles, squares and flags: the first of each alphabet. */
const letterSigns = [0x1f130, 0x1f150, 0x1f170, 0x1f1e6]

const foldSign = (sign: string): string => {
  const code = sign.codePointAt(0) ?? 0
  const first = letterSigns.find((start) => code >= start && code < start + 26)
  return first === undefined ? sign : String.fromCharCode(97 + code - first)
}

/** Digits and signs that stand for letters. */
const leetLetters: ReadonlyMap<string, string> = new Map(
  Object.entries({ '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's' }),
)

/** Which letter a one stands for, if digits stand for letters at all. */
export type Leet = 'i' | 'l' | null

/** Tag characters are invisible copies of ASCII. */
const revealTags = (text: string): string =>
  text.replace(/[\u{E0020}-\u{E007E}]/gu, (tag) =>
    String.fromCodePoint((tag.codePointAt(0) ?? 0xe0020) - 0xe0000),
  )

/** Only where the whole word looks Latin: words of other scripts stay as they are. */
function foldLookAlikes(word: string): string {
  const folded = word.replace(
    /[^\p{ASCII}]/gu,
    (letter) => lookAlikes.get(letter) ?? smallCapitals.get(letter) ?? letter,
  )
  return /[^\p{ASCII}]/u.test(folded) ? word : folded
}

function foldLine(line: string): string {
  const separated = separateWords(line)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: plain ASCII, the usual case, is fast.
  if (/^[\x09\x20-\x7e]*$/.test(separated)) return separated.toLowerCase()
  return removeInvisible(revealTags(separated))
    .normalize('NFKD')
    .replace(/\p{So}/gu, foldSign)
    .toLowerCase()
    .replace(/(?<=[a-z])\p{M}+/gu, '')
    .normalize('NFC')
    .replace(/[\p{L}\p{M}]+/gu, foldLookAlikes)
}

/** `ignoreAll` is two words, and `i g n o r e` or `i.g.n.o.r.e` is one. */
const separateWords = (line: string): string =>
  line
    .replace(/([a-z])(?=[A-Z][a-z])/g, '$1 ')
    .replace(
      /(?<![\p{L}\p{N}])\p{L}(?:[^\p{L}\p{M}\p{N}\n]\p{L}){2,}(?![\p{L}\p{M}\p{N}])/gu,
      (letters) => letters.replace(/[^\p{L}]/gu, ''),
    )

const toWords = (text: string): string =>
  text
    .replace(/(?<=\p{L})['’](?=\p{L})/gu, '')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim()

/** Whether the line has letters and such signs within one word. */
export const hasLeet = (text: string): boolean => /[a-z][013457@$]|[013457@$][a-z]/i.test(text)

/**
 * Folds what a text can be disguised by: case, accents, look-alike letters, invisible characters,
 * punctuation between words, and letters one by one. With `leet`, also digits in place of letters.
 */
export function foldText(text: string, leet: Leet = null): FoldedText {
  const lineStarts: number[] = []
  const parts: string[] = []
  let length = 0
  for (const line of text.split('\n')) {
    lineStarts.push(length)
    const folded = foldLine(line)
    const plain = leet !== null && hasLeet(folded) ? replaceLeet(folded, leet) : folded
    const words = toWords(plain)
    if (words === '') continue
    parts.push(words)
    length += words.length + 1
  }
  return { words: parts.join(' '), lineStarts }
}

const replaceLeet = (line: string, one: 'i' | 'l'): string =>
  line.replace(/[013457@$]/g, (sign) => (sign === '1' ? one : (leetLetters.get(sign) ?? sign)))

/** The index of the line in which this offset of the words stood. */
export function findLineIndex({ lineStarts }: FoldedText, offset: number): number {
  let [low, high] = [0, lineStarts.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((lineStarts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low
}
