import { existsSync, readFileSync } from 'node:fs'
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

interface Entry {
  readonly id: string
  readonly made: boolean
  readonly language: string
  readonly label: string
  readonly severity: string
  readonly categories: readonly string[]
  readonly evidence: readonly Place[]
}

interface Place {
  readonly side: string
  readonly path: string
  readonly line: number
}

interface Scored extends Entry {
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

interface Share {
  readonly count: number
  readonly of: number
  readonly share: number | null
}

function share(entries: readonly Scored[], test: (entry: Scored) => boolean): Share {
  const count = entries.filter(test).length
  const of = entries.length
  return { count, of, share: of === 0 ? null : Math.round((count / of) * 1000) / 1000 }
}

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

function summarize(entries: readonly Scored[]) {
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

function print(entries: readonly Scored[]): void {
  const summary = summarize(entries)
  for (const [title, part] of [
    ['Real changes', summary.real],
    ['Made-up changes', summary.made],
    ['All', summary.all],
  ] as const) {
    console.log(`\n${title}`)
    for (const [name, value] of Object.entries(part))
      console.log(`  ${name.padEnd(50)} ${format(value)}`)
  }
  printGroups('By language', summary.byLanguage)
  printGroups('By severity', summary.bySeverity)
  printGroups('By label', summary.byLabel)
  printGroups('By category', summary.byCategory)
  printList('Misses', summary.misses)
  printList('False alarms', summary.falseAlarms)
  printList('Asked about, though nothing is lost', summary.asked)
}

const format = ({ count, of, share: part }: Share): string =>
  part === null ? '-' : `${part.toFixed(2)} (${count} of ${of})`

function printGroups(
  title: string,
  groups: Readonly<Record<string, ReturnType<typeof measure>>>,
): void {
  console.log(`\n${title}: recall of high and medium, of low, false alarms, others asked about`)
  for (const [name, value] of Object.entries(groups))
    console.log(
      `  ${name.padEnd(26)} ${[
        value['recall of high and medium'],
        value['recall of low'],
        value['false alarms'],
        value['others asked about'],
      ]
        .map((part) => format(part).padEnd(18))
        .join(' ')}`,
    )
}

function printList(title: string, entries: ReturnType<typeof summarize>['misses']): void {
  console.log(`\n${title}: ${entries.length}`)
  for (const { id, label, severity, language, categories, evidence, findings } of entries) {
    console.log(`  ${id} (${[label, severity, language, ...categories].join(', ')})`)
    for (const { side, path, line } of evidence) console.log(`    expected ${side}:${path}:${line}`)
    for (const { answer, kind, side, path, line, because } of findings)
      console.log(`    ${answer} ${kind} ${side}:${path}:${line}: ${because}`)
  }
}

const [folder, ...flags] = process.argv.slice(2)
const table = folder === undefined ? '' : join(folder, 'labels.tsv')
if (folder === undefined || !existsSync(table)) {
  console.error(
    `${folder ?? 'no folder'}: expected a folder with labels.tsv and its diffs. Usage: npm run score:tests -- <folder> [--json]`,
  )
  process.exit(2)
}

const scored = readEntries(readFileSync(table, 'utf8')).map((entry) => score(entry, folder))
if (flags.includes('--json')) console.log(JSON.stringify(summarize(scored), null, 2))
else print(scored)
