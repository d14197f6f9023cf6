import { createHmac } from 'node:crypto'
import type { AddedSecret, FindAddedSecrets } from '../../diff/added-secret.ts'
import type { Diff, DiffLine } from '../../diff/diff.ts'
import { isDummyPassword, isDummyToken, looksRandom, measureEntropy } from './is-evident-dummy.ts'
import { ENCODED_RULE, listEncodedSecrets, type Masker, type SecretFinding } from './masker.ts'

/**
 * A finder of secrets that a change adds. It must see the diff before masking. Masked is whatever
 * looks like a secret; found is only what has a known format or is random where a credential stands,
 * and is no evident dummy. What the same change removes elsewhere is moved and not added. `key` is
 * the secret key of the digests.
 */
export const createSecretFinder =
  ({ find }: Pick<Masker, 'find'>, key: string): FindAddedSecrets =>
  async (diff) => {
    const digest = (secret: string): string =>
      createHmac('sha256', key).update(secret).digest('hex').slice(0, 32)
    const now = joinLines(diff, 'removed')
    const found = listSecrets(now, await find(now.text)).filter(({ line }) => line !== null)
    if (found.length === 0) return []
    const before = joinLines(diff, 'added')
    const removed = new Set(
      listSecrets(before, await find(before.text)).map(({ secret }) => secret),
    )
    const added = found
      .filter(({ secret }) => !removed.has(secret))
      .flatMap(({ rule, path, line, secret }): readonly AddedSecret[] =>
        line === null ? [] : [{ rule, path, line, digest: digest(secret) }],
      )
    return [...new Map(added.map((one) => [JSON.stringify(one), one])).values()]
  }

/** One side of a diff as one text, with the place of each of its lines. */
interface SideText {
  readonly text: string
  readonly lines: readonly {
    readonly start: number
    readonly path: string
    /** The number of an added line in the new file; null for any other line. */
    readonly line: number | null
  }[]
}

/** Stands between two hunks: no credential goes on behind it. */
const HUNK_END = '\u0001'

function joinLines(diff: Diff, omitted: DiffLine['kind']): SideText {
  const texts: string[] = []
  const lines: SideText['lines'][number][] = []
  let start = 0
  const add = (text: string, path: string, line: number | null): void => {
    texts.push(text)
    lines.push({ start, path, line })
    start += text.length + 1
  }
  for (const { path, hunks } of diff.files)
    for (const hunk of hunks) {
      for (const { kind, text, newLine } of hunk.lines)
        if (kind !== omitted) add(text, path, kind === 'added' ? newLine : null)
      add(HUNK_END, path, null)
    }
  return { text: texts.join('\n'), lines }
}

interface FoundSecret {
  readonly rule: string
  readonly path: string
  /** The first added line of the secret; null if all of its lines were there before. */
  readonly line: number | null
  readonly secret: string
}

function listSecrets(
  { text, lines }: SideText,
  findings: readonly SecretFinding[],
): readonly FoundSecret[] {
  return findings
    .filter((finding) => isSecret(text, finding))
    .flatMap((finding) => {
      const { rule, start, end, line: from } = finding
      const first = lines[from - 1]
      if (first === undefined) return []
      const spanned = lines.slice(from - 1, from + countLines(text.slice(start, end)))
      const line = spanned.find((one) => one.line !== null)?.line ?? null
      return [{ rule, path: first.path, line, secret: text.slice(start, end) }]
    })
}

const countLines = (text: string): number => text.split('\n').length - 1

/** How much of the text around a finding tells what it is: the address that a password belongs to. */
const CONTEXT_CHARS = 200

function isSecret(text: string, { rule, certainty, start, end }: SecretFinding): boolean {
  const secret = text.slice(start, end)
  if (rule === ENCODED_RULE) return listEncodedSecrets(secret).some(isRealToken)
  const address = findAddress(text, start, end)
  if (address !== null) return !isDummyPassword(address.password, address)
  return certainty === 'format' ? isRealToken(secret) : looksRandom(secret)
}

const isRealToken = (token: string): boolean =>
  token.includes('-----BEGIN ') ? isRealKey(token) : !isDummyToken(token)

/** The shortest private key (Ed25519) has 64 characters of base64; those of examples have fewer. */
const MIN_KEY_CHARS = 56
const MIN_KEY_BITS_PER_CHAR = 4

/** Whether a private key has a body that could be one. */
function isRealKey(pem: string): boolean {
  const body = (pem.replace(/-----[A-Z0-9 ]+-----/g, ' ').match(/[A-Za-z0-9+/]{12,}/g) ?? []).join(
    '',
  )
  return (
    body.length >= MIN_KEY_CHARS &&
    measureEntropy(body) >= MIN_KEY_BITS_PER_CHAR &&
    !/example|placeholder|redacted|yourprivatekey/i.test(body)
  )
}

const addressPattern =
  /[a-z][a-z0-9+.-]{1,20}:\/\/(?<user>[^\s:@/'"`]{0,100}):(?<password>[^\s'"`]{1,300})@(?<host>[^\s/@'"`?#,)]{1,255})/gi

/** The address with a password that a finding is, or is a part of; null: it is none. */
function findAddress(
  text: string,
  start: number,
  end: number,
): { readonly user: string; readonly password: string; readonly host: string } | null {
  const from = Math.max(0, start - CONTEXT_CHARS)
  const around = text.slice(from, end + CONTEXT_CHARS)
  for (const { index, 0: match, groups } of around.matchAll(addressPattern)) {
    const at = from + index
    if (at < end && at + match.length > start && groups !== undefined) {
      const { user = '', password = '', host = '' } = groups
      return { user, password, host: host.replace(/:\d+$/, '') }
    }
  }
  return null
}
