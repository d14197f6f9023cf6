import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Measures,
  type Scored,
  type Share,
  scoreFolder,
  summarize,
} from './score-test-changes.ts'

/** `npm run score:tests -- <folder> [--json]`: measures the analysis of test changes. */
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

function printGroups(title: string, groups: Readonly<Record<string, Measures>>): void {
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
if (folder === undefined || !existsSync(join(folder, 'labels.tsv'))) {
  console.error(
    `${folder ?? 'no folder'}: expected a folder with labels.tsv and its diffs. Usage: npm run score:tests -- <folder> [--json]`,
  )
  process.exit(2)
}
const scored = scoreFolder(folder)
if (flags.includes('--json')) console.log(JSON.stringify(summarize(scored), null, 2))
else print(scored)
