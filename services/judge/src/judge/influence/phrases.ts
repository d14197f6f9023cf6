/*
 * How phrases are written that are matched with folded words (fold-text.ts): lower case, one space
 * between words, no punctuation. Every repetition is bounded, so that matching stays linear.
 */

/** Up to this many other words, each with the space before it. */
const gap = (most: number): string => `(?: [\\p{L}\\p{M}\\p{N}]+){0,${most}}`

/** One of these phrases, which a bar separates. */
export const choose = (words: string): string =>
  `(?:${words
    .trim()
    .split(/\s*\|\s*/)
    .join('|')})`

/** The parts one after the other; a number is up to how many words may stand between two. */
export const chain = (...parts: readonly (string | number)[]): RegExp => {
  const source = parts.map((part, index) => {
    if (typeof part === 'number') return gap(part)
    return index === 0 ? part : ` ?${part}`
  })
  return new RegExp(`(?<![\\p{L}\\p{N}])${source.join('')}(?![\\p{L}\\p{N}])`, 'u')
}
