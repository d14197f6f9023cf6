import { runAtOnce, runWithPauses, type Steps } from '../../lib/steps.ts'
import { createConfiguredFinder } from './configured-secrets.ts'
import { findEncodedTexts } from './find-encoded.ts'
import { findLibrarySpans } from './library-rules.ts'
import { mayHoldKnownSecret, secretPatterns } from './patterns.ts'
import { findTokens } from './token-formats.ts'

/**
 * Where a text contains something like a secret. It never contains the secret, so it can be shown.
 */
export interface SecretFinding {
  readonly rule: string
  /** See `SecretPattern`: only a `format` is certain enough to reject a change. */
  readonly certainty: 'format' | 'place'
  /** Offsets in the text; `end` is exclusive. */
  readonly start: number
  readonly end: number
  /** The line it begins on, from 1. */
  readonly line: number
}

export interface Masker {
  /**
   * Replaces everything that looks like a secret with `[masked: rule]`. The lines and their diff
   * signs are kept, so a masked diff is still a diff. Masking is idempotent.
   */
  mask(text: string): Promise<string>
  /** The same at once, without letting other work go on: for short texts, such as a line of the log. */
  maskNow(text: string): string
  /** Finds everything that looks like a secret, in order and without overlaps. */
  find(text: string): Promise<readonly SecretFinding[]>
}

/**
 * A long text is searched in pieces, with a pause after each: so no text holds up other work, and
 * every rule takes a time in proportion to the length.
 */
const PIECE_CHARS = 128 * 1024
/** Longer than any secret that a rule can find, so that each secret is complete in one piece. */
const OVERLAP_CHARS = 16 * 1024

const MAX_MASK_ROUNDS = 16

/** Texts without a secret that are remembered: at most four megabytes. */
const MAX_REMEMBERED = 8_192
const MAX_REMEMBERED_CHARS = 500

const markPattern = /\[masked: [a-z0-9-]+\]/g

/** The rule of a secret that the service itself is configured with. */
const CONFIGURED_RULE = 'configured-secret'

/** `configured` are the service's own secrets, which are found by value. */
export function createMasker(configured: readonly string[] = []): Masker {
  const findConfigured = createConfiguredFinder(configured)
  // A run masks the same names, labels and sentences at every look. No text with a secret is kept.
  const clean = new Set<string>()
  const remember = (text: string): void => {
    if (text.length > MAX_REMEMBERED_CHARS) return
    clean.add(text)
    const [oldest] = clean
    if (clean.size > MAX_REMEMBERED && oldest !== undefined) clean.delete(oldest)
  }
  const findInSteps = function* (text: string): Steps<readonly SecretFinding[]> {
    const found: SecretSpan[] = []
    for (
      let from = 0;
      from === 0 || from + OVERLAP_CHARS < text.length;
      from += PIECE_CHARS - OVERLAP_CHARS
    ) {
      if (from > 0) yield
      const piece = text.slice(from, from + PIECE_CHARS)
      const spans = [
        ...findConfigured(piece).map(
          (span): SecretSpan => ({ ...span, rule: CONFIGURED_RULE, certainty: 'format' }),
        ),
        ...findSpans(piece),
      ]
      for (const span of spans)
        found.push({ ...span, start: span.start + from, end: span.end + from })
    }
    return addLineNumbers(
      text,
      mergeSpans(found.filter(({ start, end }) => !isMasked(text.slice(start, end)))),
    )
  }
  const maskInSteps = function* (text: string): Steps<string> {
    if (clean.has(text)) return text
    let masked = text
    // A mark creates a new boundary, at which another secret may become recognisable.
    for (let round = 0; round < MAX_MASK_ROUNDS; round += 1) {
      const findings = yield* findInSteps(masked)
      if (findings.length === 0) break
      masked = replaceFindings(masked, findings)
    }
    if (masked === text) remember(text)
    return masked
  }
  return {
    find: (text) => runWithPauses(findInSteps(text)),
    mask: (text) => runWithPauses(maskInSteps(text)),
    maskNow: (text) => runAtOnce(maskInSteps(text)),
  }
}

type SecretSpan = Omit<SecretFinding, 'line'>

function findSpans(text: string): readonly SecretSpan[] {
  const own = [...findOwnSpans(text), ...findEncodedSpans(text, 0)]
  if (!mayHoldKnownSecret(text)) return own
  const known = findLibrarySpans(text)
  return [...own, ...known.map((span): SecretSpan => ({ ...span, certainty: 'format' }))]
}

function findOwnSpans(text: string): readonly SecretSpan[] {
  const patterned = secretPatterns.flatMap(({ rule, certainty, pattern, accepts }) =>
    text
      .matchAll(pattern)
      .filter(({ 0: match, groups }) => accepts?.(groups?.secret ?? match) ?? true)
      .map((match): SecretSpan => {
        const secret = match.groups?.secret
        // Searched from the end, because the text before the group can contain the same characters.
        const start = match.index + (secret === undefined ? 0 : match[0].lastIndexOf(secret))
        return { rule, certainty, start, end: start + (secret ?? match[0]).length }
      })
      .toArray(),
  )
  const tokens = findTokens(text).map((token): SecretSpan => ({ ...token, certainty: 'format' }))
  return [...patterned, ...tokens]
}

/** A file in base64 can hold another: the kubeconfig in a secret holds its key in base64. */
const MAX_ENCODINGS = 2

/** Runs of base64 that hold a credential of a known format. */
const findEncodedSpans = (text: string, depth: number): readonly SecretSpan[] =>
  findEncodedTexts(text).flatMap(({ start, end, decoded }) =>
    findFormats(decoded, depth + 1).length > 0
      ? [{ rule: ENCODED_RULE, certainty: 'format', start, end }]
      : [],
  )

const findFormats = (text: string, depth: number): readonly SecretSpan[] => [
  ...findOwnSpans(text).filter(({ certainty }) => certainty === 'format'),
  ...(depth < MAX_ENCODINGS ? findEncodedSpans(text, depth) : []),
]

/** The rule of a credential that stands in base64. */
export const ENCODED_RULE = 'encoded-secret'

/** The credentials of a known format inside a run of base64, as they read when decoded. */
export const listEncodedSecrets = (run: string, depth = 0): readonly string[] =>
  findEncodedTexts(run).flatMap(({ decoded }) =>
    findFormats(decoded, depth + 1).flatMap(({ rule, start, end }) => {
      const secret = decoded.slice(start, end)
      return rule === ENCODED_RULE ? listEncodedSecrets(secret, depth + 1) : [secret]
    }),
  )

/**
 * Merges overlapping spans. Masking both would leave the name of one rule inside the mark of the
 * other.
 */
function mergeSpans(spans: readonly SecretSpan[]): readonly SecretSpan[] {
  const result: SecretSpan[] = []
  for (const span of spans.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = result.at(-1)
    if (span.end <= span.start) continue
    if (!last || span.start >= last.end) {
      result.push(span)
      continue
    }
    const certainty =
      last.certainty === 'format' || span.certainty === 'format' ? 'format' : 'place'
    result[result.length - 1] = { ...last, certainty, end: Math.max(last.end, span.end) }
  }
  return result
}

const isMasked = (text: string): boolean =>
  text.includes('[masked: ') && !/[A-Za-z0-9]{8}/.test(text.replace(markPattern, ' '))

function replaceFindings(text: string, findings: readonly SecretFinding[]): string {
  let result = ''
  let at = 0
  for (const { rule, start, end } of findings) {
    result += text.slice(at, start) + buildReplacement(rule, text.slice(start, end))
    at = end
  }
  return result + text.slice(at)
}

function buildReplacement(rule: string, secret: string): string {
  const [, ...others] = secret.split('\n')
  return [`[masked: ${rule}]`, ...others.map((line) => /^[+\- ]/.exec(line)?.[0] ?? '')].join('\n')
}

function addLineNumbers(text: string, spans: readonly SecretSpan[]): readonly SecretFinding[] {
  let line = 1
  // Each line is passed once, however many findings are in it.
  let next = text.indexOf('\n')
  return spans.map((span) => {
    while (next !== -1 && next < span.start) {
      line += 1
      next = text.indexOf('\n', next + 1)
    }
    return { ...span, line }
  })
}
