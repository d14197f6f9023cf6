import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findTestChanges, parseDiff, type TestFinding } from '@codex-judge/judge/rules'

/*
 * Measures the analysis of test changes on a folder of labelled diffs: `labels.tsv` with the columns
 * id, repository, licence, sha, language, label, severity, categories, evidence and rationale, and
 * one `<id>.diff` for each of its lines. Evidence is `side:path:line`, several separated by `;`;
 * line 0 means the file itself.
 */

/** A finding counts for a place of evidence if it is at most this many lines away. */
const NEAR_LINES = 5

export interface Entry {
  readonly id: string
  readonly made: boolean
  readonly language: string
  readonly label: string
  readonly severity: string
  readonly categories: readonly string[]
  readonly evidence: readonly Place[]
}

export interface Place {
  readonly side: string
  readonly path: string
  readonly line: number
}

export interface Scored extends Entry {
  readonly findings: readonly TestFinding[]
  /** A finding `weakened` at a place of the evidence. */
  readonly found: boolean
  /** The same, or a question there. */
  readonly caught: boolean
  /** A finding `weakened` anywhere. */
  readonly refused: boolean
  readonly asked: boolean
}

function readEntries(text: string): readonly Entry[] {
  const [, ...rows] = text.trimEnd().split('\n')
  return rows.map((row) => {
    const [
      id = '',
      repository,
      ,
      ,
      language = '',
      label = '',
      severity = '',
      categories = '',
      evidence = '',
    ] = row.split('\t')
    return {
      id,
      made: repository === 'made',
      language,
      label,
      severity,
      categories: categories.split(','),
      evidence: evidence.split(';').flatMap(readPlace),
    }
  })
}

function readPlace(text: string): readonly Place[] {
  const [, side = '', path = '', line = '0'] = /^(old|new):(.*):(\d+)$/.exec(text) ?? []
  return path === '' ? [] : [{ side, path, line: Number(line) }]
}

function score(entry: Entry, from: string): Scored {
  const diff = parseDiff(readFileSync(join(from, `${entry.id}.diff`), 'utf8'))
  const findings = findTestChanges(diff, new Map())
  const weakened = findings.filter(({ answer }) => answer === 'weakened')
  const asked = findings.filter(({ answer }) => answer === 'question')
  const found = weakened.some((finding) => isAtEvidence(finding, entry))
  return {
    ...entry,
    findings,
    found,
    caught: found || asked.some((finding) => isAtEvidence(finding, entry)),
    refused: weakened.length > 0,
    asked: asked.length > 0,
  }
}

const isAtEvidence = (finding: TestFinding, { evidence }: Entry): boolean =>
  evidence.some(
    ({ side, path, line }) =>
      finding.path === path &&
      (line === 0 ||
        finding.line === 0 ||
        (finding.side === side && Math.abs(finding.line - line) <= NEAR_LINES)),
  )

const isLoss = ({ label }: Entry): boolean => label === 'WEAKENED'
const isMain = ({ severity }: Entry): boolean => severity !== 'low'

export interface Share {
  readonly count: number
  readonly of: number
  readonly share: number | null
}

function share(entries: readonly Scored[], test: (entry: Scored) => boolean): Share {
  const count = entries.filter(test).length
  const of = entries.length
  return { count, of, share: of === 0 ? null : Math.round((count / of) * 1000) / 1000 }
}

/** What is measured of a group of changes. */
export type Measures = ReturnType<typeof measure>

function measure(entries: readonly Scored[]) {
  const losses = entries.filter(isLoss)
  const others = entries.filter((entry) => !isLoss(entry))
  const main = losses.filter(isMain)
  const low = losses.filter((entry) => !isMain(entry))
  return {
    'recall of high and medium': share(main, ({ found }) => found),
    'recall of low': share(low, ({ found }) => found),
    'recall of high and medium, anywhere in the diff': share(main, ({ refused }) => refused),
    'recall of low, anywhere in the diff': share(low, ({ refused }) => refused),
    'false alarms': share(others, ({ refused }) => refused),
    'caught of high and medium, with questions': share(main, ({ caught }) => caught),
    'caught of low, with questions': share(low, ({ caught }) => caught),
    'others refused or asked about': share(others, ({ refused, asked }) => refused || asked),
    'others asked about': share(others, ({ asked }) => asked),
  }
}

export function summarize(entries: readonly Scored[]) {
  const describe = ({ id, label, severity, language, categories, evidence, findings }: Scored) => ({
    id,
    label,
    severity,
    language,
    categories,
    evidence,
    findings: findings.filter(({ answer }) => answer === 'weakened' || answer === 'question'),
  })
  const losses = entries.filter(isLoss)
  const others = entries.filter((entry) => !isLoss(entry))
  const group = (of: readonly Scored[], key: (entry: Scored) => readonly string[]) =>
    Object.fromEntries(
      [...new Set(of.flatMap(key))].sort().map((name) => {
        const members = of.filter((entry) => key(entry).includes(name))
        return [name, measure(members)]
      }),
    )
  return {
    all: measure(entries),
    real: measure(entries.filter(({ made }) => !made)),
    made: measure(entries.filter(({ made }) => made)),
    byLanguage: group(entries, ({ language }) => [language]),
    byLabel: group(others, ({ label }) => [label]),
    bySeverity: group(losses, ({ severity }) => [severity]),
    byCategory: group(entries, ({ categories }) => categories),
    misses: losses.filter(({ found }) => !found).map(describe),
    falseAlarms: others.filter(({ refused }) => refused).map(describe),
    asked: others.filter(({ refused, asked }) => asked && !refused).map(describe),
  }
}

/** Analyses every diff of a folder that has a `labels.tsv`. */
export const scoreFolder = (folder: string): readonly Scored[] =>
  readEntries(readFileSync(join(folder, 'labels.tsv'), 'utf8')).map((entry) => score(entry, folder))
