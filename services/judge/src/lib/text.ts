/** Cuts a text at `max` characters, the mark included, and never through a surrogate pair. */
export function clip(text: string, max: number, mark = '…'): string {
  if (text.length <= max) return text
  const cut = text.slice(0, Math.max(0, max - mark.length))
  return `${cut.replace(/[\uD800-\uDBFF]$/, '')}${mark}`
}

/** The text with a full stop at its end, unless it already ends a sentence. */
export const toSentence = (text: string): string =>
  text === '' || /[.!?…]$/.test(text) ? text : `${text}.`

/** The text with each run of white space as one space, and none at its ends. */
export const collapseSpace = (text: string): string =>
  // Most texts are so already, and finding that out is cheaper than replacing it.
  /[^\S ]|^ | {2}| $/.test(text) ? text.replace(/\s+/g, ' ').trim() : text

/** Orders texts by their UTF-16 code units, independent of any locale. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/**
 * A GitHub login in the form in which two of them are compared. REST appends `[bot]` to an app's
 * login and GraphQL does not; logins ignore case.
 */
export const normalizeLogin = (login: string): string =>
  login
    .trim()
    .toLowerCase()
    .replace(/\[bot\]$/, '')

export const shortenSha = (sha: string): string => sha.slice(0, 7)

/** "1 file", "2 files". */
export const pluralize = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`

/** "a, b and c". */
export function formatList(items: readonly string[], max = 5): string {
  const listed = items.slice(0, max)
  const rest = items.length - listed.length
  if (rest > 0) return `${listed.join(', ')} and ${rest} more`
  const last = listed.at(-1)
  return listed.length < 2 ? (last ?? 'nothing') : `${listed.slice(0, -1).join(', ')} and ${last}`
}

/**
 * A text that PostgreSQL and JSON can store: NUL characters and lone surrogates become U+FFFD.
 */
export const sanitizeText = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD')

/** An amount of money: `$2.00`, and small amounts with four decimals. */
export const formatUsd = (amount: number): string =>
  `$${amount.toFixed(amount !== 0 && Math.abs(amount) < 0.1 ? 4 : 2)}`
