import { expect, test } from 'vitest'
import { parseDiff } from '../diff/parse-diff.ts'
import { readChange } from './change-context.ts'
import { findSnapshotChanges } from './snapshots.ts'

function edit(path: string, lines: readonly string[], header: readonly string[] = []): string {
  const count = (signs: string) => lines.filter((line) => signs.includes(line[0] ?? '')).length
  const deleted = header.includes('deleted file mode 100644')
  return [
    `diff --git a/${path} b/${path}`,
    ...header,
    'index 1111111..2222222 100644',
    `--- a/${path}`,
    deleted ? '+++ /dev/null' : `+++ b/${path}`,
    `@@ -1,${count(' -')} +${deleted ? 0 : 1},${count(' +')} @@`,
    ...lines,
    '',
  ].join('\n')
}

const snapshot = 'src/__snapshots__/table.test.ts.snap'
const rewritten = edit(snapshot, [' exports[`a 1`] = `', '-total 12', '+total 13', ' `;'])
const emptied = edit(snapshot, [
  ' exports[`a 1`] = `',
  ...['first line', 'second line', 'third line', 'total 12'].map((line) => `-${line}`),
  '+null',
  ' `;',
])
const source = edit('src/table.ts', [' export const print = () => {', '-  add(x)', '+  add(y)'])

test.each<readonly [string, string, string | null]>([
  ['nothing else changes', rewritten, 'question'],
  ['only documentation changes', rewritten + edit('README.md', ['-a', '+b']), 'question'],
  ['only configuration changes', rewritten + edit('.prettierrc.json', ['-a', '+b']), 'question'],
  ['the program changes', rewritten + source, 'retuned'],
  [
    'a dependency changes',
    rewritten + edit('package.json', ['-  "x": "1"', '+  "x": "2"']),
    'retuned',
  ],
  [
    'the test changes',
    rewritten + edit('src/table.test.ts', ['-print(1)', '+print(2)']),
    'retuned',
  ],
  ['it becomes nothing', edit(snapshot, [' a', '-total 12', '+null']), 'weakened'],
  ['it only grows', edit(snapshot, [' a', '-total 12', '+total 12 of 20']), 'retuned'],
  ['it loses a line', edit(snapshot, [' a', '-total 12', '-due 3', '+total 14']), 'weakened'],
  ['most of it is gone', emptied, 'weakened'],
  ['most of it is gone beside another change', emptied + source, 'weakened'],
  [
    'most of it is gone with the source of it',
    emptied +
      edit('src/table.ts', [
        '-  rows.push("first line", "second line", "third line")',
        '+  return []',
      ]),
    'retuned',
  ],
  [
    'lines are gone that the source still has',
    edit(snapshot, [' a', '-overdue invoice', ' b']) + source,
    'question',
  ],
  ['lines come', edit(snapshot, [' a', '+one more', ' b']), null],
  ['it is new', edit('src/x.golden', ['+a'], ['new file mode 100644']), null],
  ['it is deleted alone', edit('src/x.golden', ['-a'], ['deleted file mode 100644']), 'weakened'],
  [
    'it is deleted with its test',
    edit('src/x.golden', ['-a'], ['deleted file mode 100644']) +
      edit('src/x_test.go', ['-a', '+b']),
    null,
  ],
  ['it is a golden file', edit('testdata/report.golden', ['-total 1', '+total 2']), 'question'],
  ['it is an expected output', edit('tests/expected/report.json', ['-1', '+2']), 'question'],
])('a recording changes and %s', (_name, text, answer) => {
  const found = findSnapshotChanges(readChange(parseDiff(text), new Map()))
  expect(found.map((change) => change.answer)).toEqual(answer === null ? [] : [answer])
  for (const { kind, before, because } of found) {
    expect(kind).toBe('snapshot_rewritten')
    expect(before).not.toBe('')
    expect(because).toMatch(/\.$/)
  }
})
