import { looksRandom } from './is-evident-dummy.ts'

/*
 * Patterns beyond the library's rules: formats without a rule, looser forms of formats that the
 * library matches too strictly for a log, and credentials recognised only by their place. Every
 * repetition is bounded, so that no text makes a pattern slow.
 */

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

const createFormatPattern = (rule: string, pattern: RegExp): SecretPattern => ({
  rule,
  certainty: 'format',
  pattern,
})
const createPlacePattern = (rule: string, pattern: RegExp): SecretPattern => ({
  rule,
  certainty: 'place',
  pattern,
})

const KEY_END = '(?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----'
const LINE_JOINT = String.raw`(?:\\[nr]|["'\x60+,;()\s\[\]]){0,40}`
const CREDENTIAL_NAME = `(?:${[
  'pass(?:word|wd|phrase)',
  'pwd',
  'secret',
  '(?:api|secret|access|private)[_-]?key',
  '(?:access|auth|api|refresh|bot|client)[_-]?(?:token|secret)',
  'token',
  'credentials?',
].join('|')})`

/** The concatenation of the parts, for patterns that are too long for one line. */
const joinParts = (flags: string, ...parts: readonly RegExp[]): RegExp =>
  new RegExp(parts.map(({ source }) => source).join(''), flags)

export const secretPatterns: readonly SecretPattern[] = [
  // Also without its end, as in a truncated log, and with diff signs or line numbers before its
  // lines.
  createFormatPattern(
    'private-key',
    new RegExp(
      [
        `-----BEGIN ${KEY_END}`,
        String.raw`(?:[\w+/=\s\\:,.|-]{1,12000}?-----END ${KEY_END}|[A-Za-z0-9+/=\s\\|]{40,12000})`,
      ].join(''),
      'g',
    ),
  ),
  // Joined from the lines of a source file: each in quotes, with commas or plus signs between them.
  createFormatPattern(
    'private-key',
    new RegExp(
      [
        `-----BEGIN ${KEY_END}`,
        `(?:${LINE_JOINT}[A-Za-z0-9+/=]{16,76}){2,400}`,
        `(?:${LINE_JOINT}-----END ${KEY_END})?`,
      ].join(''),
      'g',
    ),
  ),
  createFormatPattern(
    'aws-access-key',
    /(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])/g,
  ),
  // The library reports the place of the name instead.
  createFormatPattern(
    'aws-secret-key',
    joinParts(
      'gi',
      /(?:aws|secret)[a-z_-]{0,25}key["']?\s{0,5}(?:=>|[:=])\s{0,5}["']?/,
      /(?<secret>[A-Za-z0-9+/]{40})(?![A-Za-z0-9+/=])/,
    ),
  ),
  createFormatPattern(
    'github',
    /(?<![A-Za-z0-9_])(?:gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_[A-Za-z0-9_]{50,255})/g,
  ),
  createFormatPattern(
    'api-key',
    joinParts(
      'g',
      /(?<![A-Za-z0-9_-])sk-(?=[A-Za-z_-]{0,80}\d)/,
      /(?:proj-|svcacct-|admin-|ant-(?:api\d\d-)?|or-v1-)?[A-Za-z0-9_-]{20,255}/,
    ),
  ),
  createFormatPattern(
    'google-api-key',
    /(?<![A-Za-z0-9_-])AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/g,
  ),
  createFormatPattern(
    'discord-bot-token',
    joinParts(
      'g',
      /(?<![A-Za-z0-9_.-])[MNO][A-Za-z0-9_-]{23,27}/,
      /\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}(?![A-Za-z0-9_-])/,
    ),
  ),
  createFormatPattern(
    'discord-webhook',
    joinParts(
      'g',
      /https:\/\/(?:ptb\.|canary\.)?discord(?:app)?\.com\/api\/webhooks\/\d{15,21}\//,
      /(?<secret>[A-Za-z0-9_-]{50,90})/,
    ),
  ),
  createFormatPattern(
    'jwt',
    joinParts(
      'g',
      /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,4000}/,
      /\.eyJ[A-Za-z0-9_-]{10,8000}\.[A-Za-z0-9_-]{16,2000}/,
    ),
  ),
  createPlacePattern('npm-token', /_authToken\s{0,3}=\s{0,3}(?<secret>[A-Za-z0-9_.+/=-]{8,255})/g),
  createPlacePattern(
    'authorization',
    /\b(?:bearer|basic)\s{1,3}(?<secret>(?=[A-Za-z._~+/=-]{0,200}\d)[A-Za-z0-9._~+/=-]{16,4000})/gi,
  ),
  createPlacePattern(
    'url-password',
    /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:@/'"`]{1,100}:(?<secret>[^\s:@/'"`$<{[*]{3,200})@/gi,
  ),
  // Quoted after a name: source code, JSON, YAML. A value with a space is prose, and one without a
  // digit is most likely a word.
  createPlacePattern(
    'credential',
    new RegExp(
      [
        String.raw`${CREDENTIAL_NAME}["']?\s{0,4}(?::|=>|:=|=)\s{0,4}(?<quote>["'])`,
        String.raw`(?<secret>(?=[^"'\s]{0,200}\d)[^"'\s$<{[*]{8,400})\k<quote>`,
      ].join(''),
      'gi',
    ),
  ),
  // Unquoted after a name in capitals: environment and .env files, shells, logs. Code does not
  // assign like this.
  createPlacePattern(
    'credential',
    joinParts(
      'g',
      /(?<![A-Za-z0-9])[A-Z0-9_]{0,60}/,
      /(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|ACCESS_KEY|PRIVATE_KEY)=/,
      /(?<secret>(?=[^\s"'`]{0,200}\d)[^\s"'`$<{[(*;&|]{8,400})/,
    ),
  ),
  // Unquoted after any name: YAML, properties, flags of commands. Code has identifiers there, so only
  // what was generated counts.
  {
    ...createPlacePattern(
      'credential',
      new RegExp(
        String.raw`${CREDENTIAL_NAME}\s{0,4}[:=]\s{0,4}(?<secret>[A-Za-z0-9+/_=.~!@#%^-]{12,400})(?=\s|$)`,
        'gi',
      ),
    ),
    accepts: looksRandom,
  },
]

/**
 * Whether one of the library's rules could match: the text contains a literal prefix that a rule
 * looks for. Other texts skip the library, so a short clean text is masked within microseconds.
 */
export const mayHoldKnownSecret = (text: string): boolean => knownBeginnings.test(text)

const knownBeginnings = joinParts(
  'i',
  /PRIVATE KEY|npm_|x-oauth-basic|xox[a-z]-|xapp-|hooks\.slack\.com|SG\.|shp(?:pa|ca|at|ss)_|/,
  /[sr]k_(?:live|test)_|gh[pousr]_|github_pat_|glpat-|glc_|glsa_|sk-|gsk_|hf_|lin_api_|ntn_|/,
  /ops_ey|hv[sbr]\.|vc[piark]{1,2}_|dapi|dckr_pat_|figd_|cf(?:k|ut|at)_|tskey-|/,
  /:\/\/[^\s/]{1,300}@|secret_?access_?key|mongodb|mysql|postgres/,
)
