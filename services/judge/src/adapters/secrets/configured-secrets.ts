/** A shorter value would be found inside ordinary words. */
const MIN_SECRET_CHARS = 8
/** A shorter piece of base64 may occur by chance. */
const MIN_ENCODED_CHARS = 12

/** Where a text holds one of the service's own secrets: offsets, `end` exclusive. */
export interface ConfiguredSpan {
  readonly start: number
  readonly end: number
}

/**
 * Finds the secrets that this service is configured with, by value: whatever their format is, they
 * must not leave it. They are also found percent-encoded, escaped in JSON, and in base64, as in the
 * header of a git remote. Values of fewer than eight characters are not searched for.
 */
export function createConfiguredFinder(
  secrets: readonly string[],
): (text: string) => readonly ConfiguredSpan[] {
  const forms = [
    ...new Set(secrets.filter(({ length }) => length >= MIN_SECRET_CHARS).flatMap(listForms)),
  ].sort((a, b) => b.length - a.length)
  if (forms.length === 0) return () => []
  const pattern = new RegExp(forms.map(escapePattern).join('|'), 'g')
  return (text) =>
    text
      .matchAll(pattern)
      .map(({ 0: match, index }) => ({ start: index, end: index + match.length }))
      .toArray()
}

const escapePattern = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

const listForms = (secret: string): readonly string[] => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  ...[0, 1, 2].flatMap((offset) => encodeAt(secret, offset)),
]

/** The characters of base64 that the secret alone determines, with so many bytes before it. */
function encodeAt(secret: string, offset: number): readonly string[] {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)])
  const from = Math.ceil((offset * 8) / 6)
  const to = Math.floor((bytes.length * 8) / 6)
  return (['base64', 'base64url'] as const)
    .map((encoding) => bytes.toString(encoding).slice(from, to))
    .filter(({ length }) => length >= MIN_ENCODED_CHARS)
}
