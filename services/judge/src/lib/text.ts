/** Cuts at `max` characters, saying so, and never through a surrogate pair. */
export function clip(text: string, max: number, mark = '…'): string {
  if (text.length <= max) return text
  const cut = text.slice(0, Math.max(0, max - mark.length))
  return `${cut.replace(/[\uD800-\uDBFF]$/, '')}${mark}`
}

/** Ended by a full stop, unless it ends a sentence already. */
export const sentence = (text: string): string =>
  text === '' || /[.!?…]$/.test(text) ? text : `${text}.`

export const shortSha = (sha: string): string => sha.slice(0, 7)

/** "1 file", "2 files". */
export const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`

/** "a, b and c". */
export function listed(items: readonly string[], max = 5): string {
  const shown = items.slice(0, max)
  const rest = items.length - shown.length
  if (rest > 0) return `${shown.join(', ')} and ${rest} more`
  const last = shown.at(-1)
  return shown.length < 2 ? (last ?? 'nothing') : `${shown.slice(0, -1).join(', ')} and ${last}`
}

/**
 * A text that PostgreSQL and JSON can hold: NUL characters and halves of surrogate pairs become
 * U+FFFD, as at all our edges.
 */
export const tidyText = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD')
