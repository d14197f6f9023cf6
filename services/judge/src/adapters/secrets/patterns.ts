/*
 * What the library does not know: formats it has no rule for, looser forms of those it reads too
 * strictly to be safe in a log, and credentials that are told only by where they stand. Every
 * repetition is bounded, so that no text can make a pattern slow.
 */

export interface SecretPattern {
  /** The name people read in `[masked: name]`. */
  readonly rule: string
  /**
   * `format`: the text has the shape of a credential, wherever it stands. `place`: only its place
   * says so (`password=`), which is enough to mask it and too little to stop a run.
   */
  readonly certainty: 'format' | 'place'
  /** Global. The group `secret` is what is masked, else the whole match. */
  readonly pattern: RegExp
}

const format = (rule: string, pattern: RegExp): SecretPattern => ({
  rule,
  certainty: 'format',
  pattern,
})
const place = (rule: string, pattern: RegExp): SecretPattern => ({
  rule,
  certainty: 'place',
  pattern,
})

const KEY_END = '(?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----'
const NAMED =
  '(?:pass(?:word|wd|phrase)|pwd|secret|api[_-]?key|secret[_-]?key|access[_-]?key|private[_-]?key|(?:access|auth|api|refresh|bot|client)[_-]?(?:token|secret)|token|credentials?)'

export const secretPatterns: readonly SecretPattern[] = [
  // Also without its end, as it stands in a log that was cut, and with the signs of a diff or line
  // numbers in front of its lines.
  format(
    'private-key',
    new RegExp(
      String.raw`-----BEGIN ${KEY_END}(?:[\w+/=\s\\:,.|-]{1,12000}?-----END ${KEY_END}|[A-Za-z0-9+/=\s\\|]{40,12000})`,
      'g',
    ),
  ),
  format('aws-access-key', /(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])/g),
  format(
    'github',
    /(?<![A-Za-z0-9_])(?:gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_[A-Za-z0-9_]{50,255})/g,
  ),
  format(
    'api-key',
    /(?<![A-Za-z0-9_-])sk-(?=[A-Za-z_-]{0,80}\d)(?:proj-|svcacct-|admin-|ant-(?:api\d\d-)?|or-v1-)?[A-Za-z0-9_-]{20,255}/g,
  ),
  format('google-api-key', /(?<![A-Za-z0-9_-])AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/g),
  format(
    'discord-bot-token',
    /(?<![A-Za-z0-9_.-])[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}(?![A-Za-z0-9_-])/g,
  ),
  format(
    'discord-webhook',
    /https:\/\/(?:ptb\.|canary\.)?discord(?:app)?\.com\/api\/webhooks\/\d{15,21}\/(?<secret>[A-Za-z0-9_-]{50,90})/g,
  ),
  format(
    'jwt',
    /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,4000}\.eyJ[A-Za-z0-9_-]{10,8000}\.[A-Za-z0-9_-]{16,2000}/g,
  ),
  place('npm-token', /_authToken\s{0,3}=\s{0,3}(?<secret>[A-Za-z0-9_.+/=-]{8,255})/g),
  place(
    'authorization',
    /\b(?:bearer|basic)\s{1,3}(?<secret>(?=[A-Za-z._~+/=-]{0,200}\d)[A-Za-z0-9._~+/=-]{16,4000})/gi,
  ),
  place(
    'url-password',
    /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:@/'"`]{1,100}:(?<secret>[^\s:@/'"`$<{[*]{3,200})@/gi,
  ),
  // In quotes after a name: source code, JSON, YAML. A value with a blank is prose, one without a
  // digit most likely a word.
  place(
    'credential',
    new RegExp(
      String.raw`${NAMED}["']?\s{0,4}(?::|=>|:=|=)\s{0,4}(?<quote>["'])(?<secret>(?=[^"'\s]{0,200}\d)[^"'\s$<{[*]{8,400})\k<quote>`,
      'gi',
    ),
  ),
  // Bare after a name in capitals: environment and .env files, shells, logs. Code does not assign
  // like this.
  place(
    'credential',
    /(?<![A-Za-z0-9])[A-Z0-9_]{0,60}(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|ACCESS_KEY|PRIVATE_KEY)=(?<secret>(?=[^\s"'`]{0,200}\d)[^\s"'`$<{[(*;&|]{8,400})/g,
  ),
]

/**
 * True where one of the library's rules could find something: the literal beginnings of what they
 * look for. A text without any of these is not handed to it, which is what makes masking of short
 * clean texts cost microseconds.
 */
export const mayHoldKnownSecret = (text: string): boolean => KNOWN_BEGINNINGS.test(text)

const KNOWN_BEGINNINGS =
  /PRIVATE KEY|npm_|x-oauth-basic|xox[a-z]-|xapp-|hooks\.slack\.com|SG\.|shp(?:pa|ca|at|ss)_|[sr]k_(?:live|test)_|gh[pousr]_|github_pat_|glpat-|glc_|glsa_|sk-|gsk_|hf_|lin_api_|ntn_|ops_ey|hv[sbr]\.|vc[piark]{1,2}_|dapi|dckr_pat_|figd_|cf(?:k|ut|at)_|tskey-|:\/\/[^\s/]{1,300}@|secret_?access_?key|mongodb|mysql|postgres/i
