import { placePatterns } from './place-patterns.ts'
import { createFormatPattern, joinParts, type SecretPattern } from './secret-pattern.ts'

/*
 * Patterns beyond the library's rules: formats without a rule, looser forms of formats that the
 * library matches too strictly for a log, and credentials recognised only by their place. Every
 * repetition is bounded, so that no text makes a pattern slow.
 */

const KEY_END = '(?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----'
const LINE_JOINT = String.raw`(?:\\[nr]|["'\x60+,;()\s\[\]]){0,40}`

export const secretPatterns: readonly SecretPattern[] = [
  // Also without its end, as in a truncated log, and with diff signs or line numbers before its
  // lines.
  createFormatPattern(
    'private-key',
    new RegExp(
      [
        `-----BEGIN ${KEY_END}`,
        // Up to the next beginning at most: many beginnings would search the same text many times.
        String.raw`(?:(?:[\w+/=\s\\:,.|]|-(?!----BEGIN )){1,12000}?-----END ${KEY_END}`,
        String.raw`|[A-Za-z0-9+/=\s\\|]{40,12000})`,
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
  createFormatPattern(
    'azure-storage-key',
    /\bAccountKey\s{0,2}=\s{0,2}(?<secret>[A-Za-z0-9+/]{86}==)/gi,
  ),
  createFormatPattern('azure-signature', /[?&]sig=(?<secret>[A-Za-z0-9%+/=]{40,100})/g),
  createFormatPattern(
    'teams-webhook',
    joinParts(
      'g',
      /https:\/\/[\w-]{1,60}\.webhook\.office\.com\/webhookb2\/[^\s"']{1,200}\/IncomingWebhook\//,
      /(?<secret>[0-9a-f]{32})/,
    ),
  ),
  createFormatPattern(
    'private-key',
    /\bPrivate-Lines: \d{1,4}(?<secret>\s{1,4}[A-Za-z0-9+/=][A-Za-z0-9+/=\s]{40,8000})/g,
  ),
  ...placePatterns,
]

/**
 * Whether one of the library's rules could match: the text contains a literal prefix that a rule
 * looks for. Other texts skip the library, so a short clean text is masked within microseconds.
 */
export const mayHoldKnownSecret = (text: string): boolean => {
  const lower = text.toLowerCase()
  return knownBeginnings.test(lower) || lower.includes('private key')
}

/** In small letters, because a pattern that ignores case is much slower. */
const knownBeginnings = joinParts(
  '',
  /npm_|x-oauth-basic|xox[a-z]-|xapp-|hooks\.slack\.com|sg\.|shp(?:pa|ca|at|ss)_|/,
  /[sr]k_(?:live|test)_|gh[pousr]_|github_pat_|glpat-|glc_|glsa_|sk-|gsk_|hf_|lin_api_|ntn_|/,
  /ops_ey|hv[sbr]\.|vc[piark]{1,2}_|dapi|dckr_pat_|figd_|cf(?:k|ut|at)_|tskey-|/,
  /:\/\/[^\s/]{1,300}@|secret_?access_?key|mongodb|mysql|postgres/,
)
