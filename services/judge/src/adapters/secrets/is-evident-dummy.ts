/*
 * Tells a secret from what only has its shape: the example of a manual, a placeholder, the value of
 * a test. Masking does not ask; a change is refused for a secret only if this finds no excuse.
 */

/** Texts that no credential contains, wherever they stand in it. */
const dummyText = new RegExp(
  [
    'example|placeholder|change[-_]?me|change[-_]?this|replace[-_]?(?:me|this|with)|redacted',
    'dummy|sample|foobar|not[-_]?(?:a[-_]?)?(?:real|secret)|insert[-_]|xxxx|\\*\\*\\*\\*|\\.\\.\\.\\.',
    'your[-_]?[a-z]|put[-_]your|(?:^|[-_.])(?:fake|mock|todo|demo|your|my|none|null)(?:[-_.]|$)',
    '^<.*>$|^\\$\\{|^\\{\\{|^%[a-z(]',
  ].join('|'),
  'i',
)

/** What stands for a password in examples, before digits and signs at its end. */
const dummyPasswords: ReadonlySet<string> = new Set(
  [
    'pass password passwd passphrase passwort pwd pw mypass mypassword secret secretpassword',
    'mysecret topsecret supersecret secrettoken token key apikey admin adminpass administrator root',
    'user username guest test testing tester testpass testpassword dev devpass development local',
    'demo postgres mysql mariadb mongo mongodb redis rabbitmq minio minioadmin example sample',
    'dummy fake mock foo bar baz qux foobar hunter letmein welcome qwerty abc abcd default docker',
    'hello world none null undefined',
  ].flatMap((line) => line.split(' ')),
)

/** Below this, a text repeats few characters; random hexadecimal digits have about 3.5. */
const MIN_BITS_PER_CHAR = 2.5

/**
 * Whether a text with the format of a credential is evidently none: it says so, repeats few
 * characters, or counts up.
 */
export function isDummyToken(token: string): boolean {
  if (dummyText.test(token) || isDocumentedJwt(token)) return true
  const longest = findLongestRun(token)
  const body = longest.length < MIN_RANDOM_CHARS ? token : longest
  return measureEntropy(body) < MIN_BITS_PER_CHAR || countsUp(body)
}

/**
 * Whether a password is evidently none. On a reserved host (`localhost`, `example.com`), a
 * password must look like a real one.
 */
export function isDummyPassword(
  password: string,
  { user, host }: { readonly user: string; readonly host: string | null },
): boolean {
  const lower = password.toLowerCase()
  const word = lower.replace(/^[^a-z]+|[^a-z]+$/g, '').replace(/[^a-z]/g, '')
  if (lower === user.toLowerCase() || dummyPasswords.has(word) || dummyText.test(password))
    return true
  if (new Set(password).size < 5 || countsUp(password)) return true
  return host !== null && isReservedHost(host) && !(password.length >= 8 && /\d/.test(password))
}

/**
 * Whether a text is random like a generated credential, and not made of words: it changes between
 * letters, capitals and digits every few characters. A word may begin with a capital.
 */
export function looksRandom(secret: string): boolean {
  if (isDummyToken(secret) || uuid.test(secret)) return false
  const text = secret.split(/[\s,:;]+/).reduce((a, b) => (b.length > a.length ? b : a))
  if (text.length < MIN_RANDOM_CHARS) return false
  const runs = text.match(/[A-Z]?[a-z]+|[A-Z]+|\d+/g)?.length ?? 0
  return (
    measureEntropy(text) >= MIN_RANDOM_BITS_PER_CHAR &&
    runs >= MIN_RANDOM_RUNS &&
    text.length / runs <= MAX_RANDOM_RUN_CHARS
  )
}

const MIN_RANDOM_CHARS = 12
const MIN_RANDOM_BITS_PER_CHAR = 3
const MIN_RANDOM_RUNS = 5
/** The average run in `aVeryLongName2` is longer; in random small letters and digits it is 2.5. */
const MAX_RANDOM_RUN_CHARS = 3.2

const uuid = /^\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i

const reservedHost =
  /(?:^|\.)(?:example\.(?:com|org|net|edu)|localhost|test|example|invalid|local)$|^(?:127\.|0\.0\.0\.0$|\[?::1\]?$)/i
const isReservedHost = (host: string): boolean => reservedHost.test(host) || !/[.:]/.test(host)

/** The token of the examples that explain JWT: its subject or name is invented. */
function isDocumentedJwt(token: string): boolean {
  const [, payload] = /^eyJ[\w-]{1,4000}\.(eyJ[\w-]{1,8000})\./.exec(token) ?? []
  if (payload === undefined) return false
  return /"(?:1234567890|John Doe)"/.test(Buffer.from(payload, 'base64url').toString('latin1'))
}

const findLongestRun = (text: string): string =>
  (text.match(/[A-Za-z0-9+/]+/g) ?? ['']).reduce((a, b) => (b.length > a.length ? b : a))

/** Shannon's entropy, in bits for each character. */
export function measureEntropy(text: string): number {
  const counts = new Map<string, number>()
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1)
  return [...counts.values()].reduce((bits, count) => {
    const share = count / text.length
    return bits - share * Math.log2(share)
  }, 0)
}

/** Whether most characters are the ones after those before them: `abcdef…`, `0123456789…`. */
function countsUp(text: string): boolean {
  if (text.length < 6) return false
  const codes = [...text.toLowerCase()].map((char) => char.codePointAt(0) ?? 0)
  const steps = codes.slice(1).filter((code, n) => {
    const step = code - (codes[n] ?? 0)
    return step === 1 || step === 0
  }).length
  return steps >= (text.length - 1) * 0.6
}
