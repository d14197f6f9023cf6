/**
 * The judge keeps no more of any text than its last 12,000 characters: a log says at its end how it
 * ended.
 */
export const excerptLength = 12_000

/**
 * What must be kept of a text so that masking still finds a secret that begins before the excerpt
 * does.
 */
export const marginLength = 4_000

/** The end of a text, never beginning with half of a character. */
export function lastOf(text: string, length: number = excerptLength): string {
  if (text.length <= length) return text
  const end = text.slice(-length)
  const code = end.charCodeAt(0)
  return code >= 0xdc00 && code <= 0xdfff ? end.slice(1) : end
}

/**
 * Replaces every secret, the longest first, so that one which contains another leaves nothing of
 * itself.
 */
export function mask(text: string, secrets: readonly string[]): string {
  return secrets
    .toSorted((a, b) => b.length - a.length)
    .reduce(
      (masked, secret) => (secret === '' ? masked : masked.replaceAll(secret, '[masked]')),
      text,
    )
}
