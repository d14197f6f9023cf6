import { looksRandom } from './is-evident-dummy.ts'
import { createPlacePattern, joinParts, type SecretPattern } from './secret-pattern.ts'

/* Credentials that are recognised by where they stand. */

const CREDENTIAL_NAME = `(?:${[
  'pass(?:word|wd|phrase)',
  'pwd',
  'secret(?:[_-]?key[_-]?base)?',
  '(?:api|secret|access|private|encryption|signing|master|session|hmac|jwt)[_-]?key',
  '(?:access|auth|api|refresh|bot|client)[_-]?(?:token|secret)',
  // Others name a place in a list, or stop a request.
  '(?<!(?:next|page|continuation|cancel(?:lation)?|sync|csrf|xsrf)[_-]?)token',
  'credentials?',
].join('|')})`

/** The beginning of a placeholder, or of a mark of ours: no secret has one. */
const PLACEHOLDER = String.raw`\$[{(]|\{\{|<|\[masked`
/** A value in quotes: without space, with a digit, and with no placeholder in it. */
const QUOTED_SECRET = [
  `(?<quote>["'])(?![$<{[*])`,
  String.raw`(?<secret>(?=[^"'\s]{0,200}\d)(?:(?!${PLACEHOLDER})[^"'\s]){8,400})\k<quote>`,
].join('')
const UNQUOTED_SECRET = String.raw`(?<secret>[A-Za-z0-9+/_=.~!@#%^-]{12,400})(?=[\s;,&"'<)\]}]|$)`

export const placePatterns: readonly SecretPattern[] = [
  createPlacePattern('npm-token', /_authToken\s{0,3}=\s{0,3}(?<secret>[A-Za-z0-9_.+/=-]{8,255})/g),
  createPlacePattern(
    'authorization',
    /\b(?:bearer|basic)\s{1,3}(?<secret>(?=[A-Za-z._~+/=-]{0,200}\d)[A-Za-z0-9._~+/=-]{16,4000})/gi,
  ),
  createPlacePattern(
    'url-password',
    /(?<=\b[a-z][a-z0-9+.-]{1,20}:\/\/)[^\s:@/'"`]{0,100}:(?<secret>[^\s:@/'"`$<{[*]{2,200})@/gi,
  ),
  // Quoted after a name: source code, JSON, YAML. A value with a space is prose, and one without a
  // digit is most likely a word.
  createPlacePattern(
    'credential',
    new RegExp(
      String.raw`${CREDENTIAL_NAME}["']?\s{0,4}(?::|=>|:=|=)\s{0,4}${QUOTED_SECRET}`,
      'gi',
    ),
  ),
  // Unquoted after a name in capitals: environment and .env files, shells, logs. Code does not
  // assign like this.
  createPlacePattern(
    'credential',
    joinParts(
      'g',
      /(?<=(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|ACCESS_KEY|PRIVATE_KEY)=)/,
      /(?<=(?<![A-Za-z0-9])[A-Z0-9_]{0,72}=)/,
      /(?<secret>(?=[^\s"'`]{0,200}\d)[^\s"'`$<{[(*;&|]{8,400})/,
    ),
  ),
  // The following stand where code has identifiers, and prose words: only what was generated counts.
  createPlacePattern(
    'credential',
    new RegExp(String.raw`${CREDENTIAL_NAME}\s{0,4}[:=]\s{0,4}${UNQUOTED_SECRET}`, 'gi'),
    looksRandom,
  ),
  createPlacePattern(
    'credential',
    new RegExp(
      String.raw`(?:--[a-z-]{0,20}${CREDENTIAL_NAME}|\bpassword)[ \t]{1,3}${UNQUOTED_SECRET}`,
      'gi',
    ),
    looksRandom,
  ),
  createPlacePattern(
    'credential',
    new RegExp(String.raw`${CREDENTIAL_NAME}["']?\s{0,2}[,(]\s{0,4}${QUOTED_SECRET}`, 'gi'),
    looksRandom,
  ),
  createPlacePattern(
    'credential',
    new RegExp(
      String.raw`<[\w:.-]{0,40}${CREDENTIAL_NAME}>\s{0,4}(?<secret>[^<>\s]{8,400})<`,
      'gi',
    ),
    looksRandom,
  ),
  createPlacePattern(
    'basic-credentials',
    /(?:"auth"\s{0,3}:\s{0,3}"|_auth\s{0,3}=\s{0,3}"?)(?<secret>[A-Za-z0-9+/]{12,400}={0,2})/g,
    holdsPassword,
  ),
  createPlacePattern(
    'basic-credentials',
    /\bcurl\b[^\n]{0,200}?\s(?:-u|--user)[ =]{0,2}["']?[^\s:'"]{1,60}:(?<secret>[^\s'"$<{[]{4,200})/g,
  ),
  // A whole line of YAML or of a list of settings, also in a diff.
  createPlacePattern(
    'credential',
    new RegExp(
      [
        String.raw`^[+-]?[ \t]{0,60}(?:- )?(?:[\w.-]{0,40}[_.-])?${CREDENTIAL_NAME}:[ \t]{1,4}`,
        String.raw`(?<secret>(?=\S{0,200}\d)[^\s"'\x60$<{[(*&|!,;)]{8,200})[ \t]{0,20}$`,
      ].join(''),
      'gim',
    ),
  ),
  createPlacePattern(
    'cookie',
    new RegExp(
      [
        String.raw`\b(?:set-)?cookie["']?[ \t]{0,3}:[ \t]{0,3}["']?(?<secret>[\w.$-]{1,80}=`,
        String.raw`[^\s;"']{0,4000}(?:;[ \t]{0,2}[^\s;"']{1,4000}){0,50})`,
      ].join(''),
      'gi',
    ),
    (cookies) => cookies.split(';').some((pair) => /=(?=\D{0,200}\d).{12}/.test(pair)),
  ),
  createPlacePattern(
    'sentry-dsn',
    /\bhttps?:\/\/(?<secret>[0-9a-f]{32}(?::[0-9a-f]{32})?)@[\w.-]{1,200}\/\d{1,20}\b/g,
  ),
  createPlacePattern(
    'json-web-key',
    /"d"\s{0,3}:\s{0,3}"(?<secret>[A-Za-z0-9_-]{42,700})"/g,
    looksRandom,
  ),
]

/** Whether base64 stands for a user and a generated password. */
function holdsPassword(encoded: string): boolean {
  const decoded = Buffer.from(encoded, 'base64').toString('latin1')
  const [, password] = /^[\x21-\x39\x3B-\x7E]{1,60}:([\x21-\x7E]{8,200})$/.exec(decoded) ?? []
  return password !== undefined && looksRandom(password)
}
