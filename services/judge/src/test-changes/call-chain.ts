import { collapseSpace } from '../lib/text.ts'

/** One part of a chain of calls: a name, and the arguments if it is called. */
export interface ChainLink {
  readonly name: string
  /** White space collapsed; null if the name is not called. */
  readonly args: readonly string[] | null
}

const pairs: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

/**
 * Splits the text of a call such as `expect(a.b).not.toEqual([1, 2])` into its links, in the order
 * of the text. Total: an unclosed bracket ends with the text.
 */
export function readCallChain(text: string): readonly ChainLink[] {
  const links: { name: string; args: readonly string[] | null }[] = []
  let at = 0
  while (at < text.length) {
    const [name] = /^[\s.?!:]*(?:(?:await|new)\s+)*(?:[\w$#@]+|<[\w\s,.|<>[\]]*>(?=\())?/.exec(
      text.slice(at, at + 400),
    ) ?? ['']
    at += name.length
    const word = name.replace(/^[\s.?!:]*(?:(?:await|new)\s+)*/, '')
    if (word !== '' && !word.startsWith('<')) links.push({ name: word, args: null })
    const sign = text[at] ?? ''
    if (sign === '(' || sign === '`') {
      const end = sign === '(' ? findClosing(text, at) : findTextEnd(text, at)
      const inner = text.slice(at + 1, end)
      const last = links.at(-1)
      const args = sign === '(' ? splitArguments(inner) : [collapseSpace(inner)]
      if (last !== undefined && last.args === null) last.args = args
      else links.push({ name: '', args })
      at = end + 1
    } else if (pairs[sign] !== undefined) at = findClosing(text, at) + 1
    else if (name === '') at += 1
  }
  return links
}

/** Splits at the commas that are in no bracket and no text; empty items are left out. */
export function splitArguments(text: string): readonly string[] {
  const items: string[] = []
  let start = 0
  let at = 0
  while (at < text.length) {
    const sign = text[at] ?? ''
    if (sign === ',') {
      items.push(text.slice(start, at))
      start = at + 1
      at += 1
    } else at = skipToken(text, at)
  }
  return [...items, text.slice(start)].map(collapseSpace).filter((item) => item !== '')
}

/** The position after the token at `at`: a text or a bracket as a whole, else one character. */
function skipToken(text: string, at: number): number {
  const sign = text[at] ?? ''
  if (sign === '"' || sign === "'" || sign === '`') return findTextEnd(text, at) + 1
  return pairs[sign] === undefined ? at + 1 : findClosing(text, at) + 1
}

/** The position of the bracket that closes the one at `start`, or the end of the text. */
export function findClosing(text: string, start: number): number {
  const open: string[] = []
  for (let at = start; at < text.length; at += 1) {
    const sign = text[at] ?? ''
    const closer = pairs[sign]
    if (sign === '"' || sign === "'" || sign === '`') at = findTextEnd(text, at)
    else if (closer !== undefined) open.push(closer)
    else if (sign === open.at(-1)) {
      open.pop()
      if (open.length === 0) return at
    }
  }
  return text.length
}

/** A quote without its partner on the line is an apostrophe, such as a lifetime of Rust. */
function findTextEnd(text: string, start: number): number {
  const quote = text[start] ?? ''
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text[at] === quote) return at
    else if (text[at] === '\n' && quote !== '`') return start
  }
  return start
}

/** The text of a quoted string without its quotes; any other text as it is. */
export const stripQuotes = (text: string): string =>
  text.replace(/^[frbu]*(["'`]{1,3})([\s\S]*)\1$/i, '$2')
