import { lintSource } from '@secretlint/core'
import { secretLintProfiler } from '@secretlint/profiler'
import { rules } from '@secretlint/secretlint-rule-preset-recommend'
import { mayHoldKnownSecret, secretPatterns } from './patterns.ts'

/**
 * Where something looks like a secret. It never carries the secret itself, so that a finding can be
 * logged and shown.
 */
export interface Finding {
  readonly rule: string
  /** See `SecretPattern`: only a `format` is sure enough to be held against a change. */
  readonly certainty: 'format' | 'place'
  /** Offsets in the text, the end not included. */
  readonly start: number
  readonly end: number
  /** The line it begins on, from 1. */
  readonly line: number
}

export interface Masker {
  /**
   * The text with `[masked: rule]` in place of everything that looks like a secret. The number of
   * lines stays, and so does a sign of a diff in front of one, so a masked diff is still a diff.
   * Masking what is masked changes nothing.
   */
  mask(text: string): Promise<string>
  /** What looks like a secret, in order and without overlaps. */
  find(text: string): Promise<readonly Finding[]>
}

/**
 * A long text is read in pieces, so that it neither blocks other work for long nor costs a rule
 * more than linear time.
 */
const PIECE = 256 * 1024
/** Longer than any secret that a rule can find, so that each is whole in one piece. */
const OVERLAP = 16 * 1024

const MAX_ROUNDS = 16

const MARK = /\[masked: [a-z0-9-]+\]/g

// It keeps a record of every run for as long as the process lives.
secretLintProfiler.setEnabled(false)

/*
 * The preset would obey a `secretlint-disable` comment in the very text it reads, which its author
 * must not decide: so each rule is taken by itself, without the one for comments. The Google rule
 * opens the file it is told about; there is none.
 */
const known = rules
  .filter(({ meta }) => !/-(?:filter-comments|gcp)$/.test(meta.id))
  .map((rule) => ({
    id: rule.meta.id,
    rule,
    name: rule.meta.id.replace(/^.*secretlint-rule-/, ''),
  }))
const nameOf = new Map(known.map(({ id, name }) => [id, name]))

export function createMasker(): Masker {
  const find = async (text: string): Promise<readonly Finding[]> => {
    const found: Span[] = []
    for (let from = 0; from === 0 || from + OVERLAP < text.length; from += PIECE - OVERLAP) {
      const piece = text.slice(from, from + PIECE)
      for (const span of await spansOf(piece))
        found.push({ ...span, start: span.start + from, end: span.end + from })
    }
    return withLines(
      text,
      merged(found.filter(({ start, end }) => !isMasked(text.slice(start, end)))),
    )
  }
  return {
    find,
    mask: async (text) => {
      let masked = text
      // A mark is a boundary where there was none: what was glued to a secret may only now be told
      // as one.
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        const findings = await find(masked)
        if (findings.length === 0) break
        masked = replaced(masked, findings)
      }
      return masked
    },
  }
}

type Span = Omit<Finding, 'line'>

async function spansOf(text: string): Promise<readonly Span[]> {
  const own = secretPatterns.flatMap(({ rule, certainty, pattern }) =>
    text
      .matchAll(pattern)
      .toArray()
      .map((match): Span => {
        const secret = match.groups?.secret
        // The group is looked for from the end: what stands before it can hold the same characters.
        const start = match.index + (secret === undefined ? 0 : match[0].lastIndexOf(secret))
        return { rule, certainty, start, end: start + (secret ?? match[0]).length }
      }),
  )
  return mayHoldKnownSecret(text) ? [...own, ...(await knownSpans(text))] : own
}

async function knownSpans(text: string): Promise<readonly Span[]> {
  const result = await lintSource({
    source: { content: text, filePath: 'text.txt', ext: '.txt', contentType: 'text' },
    options: {
      noPhysicFilePath: true,
      maskSecrets: true,
      config: { rules: known.map(({ id, rule }) => ({ id, rule })) },
    },
  })
  // It reads past a byte order mark and counts from behind it.
  const shift = text.startsWith('\uFEFF') ? 1 : 0
  return result.messages.map(({ ruleId, range }) => ({
    rule: nameOf.get(ruleId) ?? 'secret',
    certainty: 'format',
    start: range[0] + shift,
    end: range[1] + shift,
  }))
}

/**
 * Spans that touch become one: masking half of a secret twice would leave the name of one rule
 * inside the mark of another.
 */
function merged(spans: readonly Span[]): readonly Span[] {
  const result: Span[] = []
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
  text.includes('[masked: ') && !/[A-Za-z0-9]{8}/.test(text.replace(MARK, ' '))

function replaced(text: string, findings: readonly Finding[]): string {
  let result = ''
  let at = 0
  for (const { rule, start, end } of findings) {
    result += text.slice(at, start) + replacement(rule, text.slice(start, end))
    at = end
  }
  return result + text.slice(at)
}

function replacement(rule: string, secret: string): string {
  const [, ...others] = secret.split('\n')
  return [`[masked: ${rule}]`, ...others.map((line) => /^[+\- ]/.exec(line)?.[0] ?? '')].join('\n')
}

function withLines(text: string, spans: readonly Span[]): readonly Finding[] {
  let line = 1
  let at = 0
  return spans.map((span) => {
    for (
      let next = text.indexOf('\n', at);
      next !== -1 && next < span.start;
      next = text.indexOf('\n', at)
    ) {
      line += 1
      at = next + 1
    }
    return { ...span, line }
  })
}
