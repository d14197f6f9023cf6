/** The judge keeps the last 12,000 characters of a text: the end of a log shows how a run ended. */
export const EXCERPT_CHARS = 12_000

/** Kept before the excerpt, so that masking finds a secret that begins before it. */
export const MARGIN_CHARS = 4_000

/** The end of a text, which never begins with half of a surrogate pair. */
export function takeEnd(text: string, length: number = EXCERPT_CHARS): string {
  if (text.length <= length) return text
  const end = text.slice(-length)
  const code = end.charCodeAt(0)
  return code >= 0xdc00 && code <= 0xdfff ? end.slice(1) : end
}

/** Replaces every secret, the longest first: a secret may contain another one. */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .toSorted((a, b) => b.length - a.length)
    .reduce(
      (masked, secret) => (secret === '' ? masked : masked.replaceAll(secret, '[masked]')),
      text,
    )
}
