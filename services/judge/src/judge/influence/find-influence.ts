import { clip, collapseSpace } from '../../lib/text.ts'
import type { JudgeFinding } from '../judge-finding.ts'
import { showInvisible } from '../show-invisible.ts'
import { decodePassages, rotateLetters } from './decode-passages.ts'
import { type FoldedText, findLineIndex, foldText, hasLeet } from './fold-text.ts'
import { markPatterns, wordPatterns } from './influence-patterns.ts'

/** A text that others wrote and that the model will read. */
export interface UntrustedText {
  /** As a phrase: "the issue", "a line of the change". */
  readonly source: string
  readonly text: string
  /** The file it is from; null if it is from none. */
  readonly path: string | null
  /** The number of each of its lines in the file, if it is from one. */
  readonly lineNumbers: readonly number[] | null
}

/** How many findings of one text, and of all texts, are named. */
const MAX_PER_TEXT = 5
const MAX_FINDINGS = 25
const MAX_PASSAGE_CHARS = 200

interface Passage {
  readonly does: string
  readonly lineIndex: number
  /** The words that matched, folded; for a line that is too long to be quoted from its beginning. */
  readonly words: string
}

/**
 * Evident attempts to influence the verdict, for the model to know and to report. They decide
 * nothing: a test or a document may be about such texts, and an attempt that is not evident is not
 * found here.
 */
export function findInfluence(texts: readonly UntrustedText[]): readonly JudgeFinding[] {
  const found = texts.flatMap((text) => findPassages(text).map((at) => describe(text, at)))
  const more = found.length - MAX_FINDINGS
  const [last] = found.slice(MAX_FINDINGS)
  return last === undefined
    ? found
    : [
        ...found.slice(0, MAX_FINDINGS),
        { ...last, text: `And ${more} more passages of this kind.`, path: null, line: null },
      ]
}

function findPassages({ text }: UntrustedText): readonly Passage[] {
  const lines = text.split('\n')
  const plain = foldText(text)
  const variants = [
    plain,
    ...(hasLeet(text) ? [foldText(text, 'i'), foldText(text, 'l')] : []),
    ...(rotatedWords.test(plain.words) ? [rotate(plain)] : []),
    ...(reversedWords.test(plain.words) ? [foldText(reverseLines(text))] : []),
  ]
  const all = [
    ...findHidden(lines),
    ...lines.flatMap((line, lineIndex) => findInLine(line, lineIndex)),
    ...variants.flatMap(findInWords),
  ]
  // One passage may match in several ways; the first says enough.
  const first = new Map<number, Passage>()
  for (const passage of all)
    if (!first.has(passage.lineIndex)) first.set(passage.lineIndex, passage)
  return [...first.values()].toSorted((a, b) => a.lineIndex - b.lineIndex).slice(0, MAX_PER_TEXT)
}

/** Words of every such text, in rot13: ignore, instruct, prompt, verdict, accept, approve. */
const rotatedWords = /vtaber|vafgehpg|cebzcg|ireqvpg|npprcg|nccebir/

/** The same words from their end. */
const reversedWords = /erongi|tcurtsni|tpmorp|tcidrev|tpecca|evorppa/

const reverseLines = (text: string): string =>
  text
    .split('\n')
    .map((line) => [...line].toReversed().join(''))
    .join('\n')

const rotate = (folded: FoldedText): FoldedText => ({
  ...folded,
  words: rotateLetters(folded.words),
})

const findInWords = (folded: FoldedText): readonly Passage[] =>
  wordPatterns.flatMap(({ does, pattern }) =>
    [...folded.words.matchAll(new RegExp(pattern, `${pattern.flags}g`))].map(
      ({ index, 0: words }) => ({ does, lineIndex: findLineIndex(folded, index), words }),
    ),
  )

function findInLine(line: string, lineIndex: number): readonly Passage[] {
  const marks = markPatterns.filter(({ pattern }) => pattern.test(line))
  const decoded = decodePassages(line).flatMap((passage) => {
    const { words } = foldText(passage)
    return wordPatterns.flatMap(({ does, pattern }) => {
      const found = pattern.exec(words)
      return found === null ? [] : [{ does, words: found[0] }]
    })
  })
  return [
    ...marks.map(({ does }) => ({ does, lineIndex, words: '' })),
    ...decoded.map(({ does, words }) => ({
      does: `${does}, in an encoded form`,
      lineIndex,
      words,
    })),
  ]
}

/** Flags of regions, such as that of Wales, are spelled with tags. */
const flagPattern = /\u{1F3F4}[\u{E0030}-\u{E007A}]{2,7}\u{E007F}/gu

/** Text that reads in another order than it stands, or that is not seen at all. */
function findHidden(lines: readonly string[]): readonly Passage[] {
  return lines.flatMap((whole, lineIndex) => {
    const line = whole.replace(flagPattern, '')
    const words = ''
    if (/[\u{E0001}\u{E0020}-\u{E007F}]|[\u{E0100}-\u{E01EF}]{2}/u.test(line))
      return [{ does: 'hides words in characters that no one sees', lineIndex, words }]
    if (/[\u{202A}-\u{202E}\u{2066}-\u{2069}]/u.test(line))
      return [
        {
          does: 'reads in another order than it stands (bidirectional controls)',
          lineIndex,
          words,
        },
      ]
    if (/[\u{200B}\u{2060}-\u{2064}\u{FEFF}\u{200C}\u{200D}]{3}/u.test(line))
      return [{ does: 'has a run of characters that no one sees', lineIndex, words }]
    return []
  })
}

function describe(of: UntrustedText, { does, lineIndex, words }: Passage): JudgeFinding {
  const [line = '', next = ''] = of.text.split('\n').slice(lineIndex, lineIndex + 2)
  const passage =
    line.length > MAX_PASSAGE_CHARS && words !== '' ? `… ${words} …` : `${line} ${next}`
  const quote = JSON.stringify(clip(showInvisible(collapseSpace(passage)), MAX_PASSAGE_CHARS))
  return {
    topic: 'influence',
    text: `Text in ${of.source} ${does}: ${quote}`,
    path: of.path,
    line: of.lineNumbers?.[lineIndex] ?? null,
  }
}
