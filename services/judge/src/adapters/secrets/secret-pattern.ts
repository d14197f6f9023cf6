export interface SecretPattern {
  /** The name in `[masked: name]`. */
  readonly rule: string
  /**
   * `format`: the text has the format of a credential. `place`: only its place (`password=`)
   * suggests a credential, which is enough to mask it but not to reject a change.
   */
  readonly certainty: 'format' | 'place'
  /** Global. The group `secret` is masked, or the whole match without such a group. */
  readonly pattern: RegExp
  /** What the secret must be besides; any if left out. */
  readonly accepts?: (secret: string) => boolean
}

export const createFormatPattern = (rule: string, pattern: RegExp): SecretPattern => ({
  rule,
  certainty: 'format',
  pattern,
})
export const createPlacePattern = (
  rule: string,
  pattern: RegExp,
  accepts?: (secret: string) => boolean,
): SecretPattern => ({ rule, certainty: 'place', pattern, ...(accepts ? { accepts } : {}) })

/** The concatenation of the parts, for patterns that are too long for one line. */
export const joinParts = (flags: string, ...parts: readonly RegExp[]): RegExp =>
  new RegExp(parts.map(({ source }) => source).join(''), flags)
