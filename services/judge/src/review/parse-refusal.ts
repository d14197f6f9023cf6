import { removeQuoted, stripMarkup } from './markdown.ts'
import { findMostSevere, isTaskSummary } from './parse-codex-text.ts'

/*
 * The sentences in which the connector refuses to review. The same words occur in what it writes
 * about a change ("adds the usage limit banner"), so only whole sentences of its own count.
 */

/** What may follow the stable part of a sentence: its end, or more about the limit. */
const END =
  '(?=\\s*(?:$|[.!,;:(—–-])|\\s+(?:for|in|on|at|with|and|until|today|this|now|under|as|because)\\b)'
const refusals = [
  `you(?:['’]ve|\\s+have)(?:\\s+(?:already|now))?\\s+(?:reached|hit|exceeded)\\s+your\\s+codex\\s+usage\\s+limits?${END}`,
  `(?:your\\s+)?codex\\s+usage\\s+limits?\\s+(?:have|has)\\s+been\\s+(?:reached|hit|exceeded)${END}`,
  'to\\s+use\\s+codex\\s+here\\b',
  `(?:this|your)\\s+workspace\\s+(?:is|was|has\\s+been)\\s+deactivated${END}`,
].map((sentence) => new RegExp(`\\b${sentence}`, 'gim'))

/** What may stand before the sentence in its line: an emoji, a mention, a greeting, a label. */
const prefix =
  /^(?:[\s\p{Extended_Pictographic}:!—–]|\u200D|\uFE0F)*(?:@[\w-]+(?:\[bot\])?[\s,:]*)?(?:(?:hi|hello|hey|sorry)\b[^.!?\n]{0,40}[,!:—–]\s*)?(?:(?:codex(?:\s+review)?|error|note|notice|warning)\s*[:—–-]\s*)?$/iu

/**
 * The words in which the reviewer says that it will not review (usage limits, no account, a
 * deactivated workspace), so that waiting is useless; null if it does not say so.
 */
export function readRefusal(body: string): string | null {
  const own = removeQuoted(body)
  if (/^#+\s*💡/mu.test(own) || findMostSevere(own) !== null || isTaskSummary(body)) return null
  const text = stripMarkup(own).replace(/[‘’ʼ`´]/g, (mark) => (mark === '`' ? mark : "'"))
  const found = refusals
    .flatMap((refusal) => [...text.matchAll(refusal)])
    .filter(({ index }) => beginsSentence(text, index))
    .map(({ index }) => text.slice(index).split('\n', 1).join().trim())
    .filter((words) => !isAboutSecurity(words))
  return found[0] ?? null
}

/** True at the beginning of a sentence that is not in a list and not in quotation marks. */
function beginsSentence(text: string, index: number): boolean {
  const before = text.slice(text.lastIndexOf('\n', index - 1) + 1, index)
  if (prefix.test(before)) return true
  const isInQuotes =
    countIn(before, '"') % 2 === 1 ||
    countIn(before, '`') % 2 === 1 ||
    countIn(before, '“') > countIn(before, '”')
  return !isInQuotes && !/^\s*[•|]/.test(before) && /[.!?…][)\]]*\s+$/.test(before)
}

const countIn = (text: string, mark: string): number => text.split(mark).length - 1

/** Security reviews have limits of their own, which say nothing about code reviews. */
const isAboutSecurity = (words: string): boolean => {
  const [sentence = ''] = words.split(/[.!?]/, 1)
  return /\bsecurity reviews?\b/i.test(sentence) && !/\bcode reviews?\b/i.test(sentence)
}
