import { paint, statusStyle } from './narrator.ts'
import type { Row } from './results.ts'

const heads = ['story', 'issue', 'attempt', 'decided', 'reason', 'because'] as const
const gap = '  '

/** What was decided, and why: one row a run, the last column wrapped to the width there is. */
export function table(rows: readonly Row[], width: number): string {
  const cells = rows.map((row, index) => [
    rows[index - 1]?.issue === row.issue ? '' : row.story,
    `#${row.issue}`,
    String(row.attempt),
    row.status,
    row.reason ?? '',
    row.because,
  ])
  const widths = heads.map((head, column) => Math.max(head.length, ...cells.map((row) => (row[column] ?? '').length)))
  const before = widths.slice(0, -1).reduce((sum, one) => sum + one + gap.length, 0)
  const room = Math.max(24, width - before)
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join(gap)
  const rule = paint('dim', '─'.repeat(Math.min(width, before + Math.min(room, widths.at(-1) ?? 0))))
  const body = cells.flatMap((row) => {
    const [first = '', ...more] = wrapped(row.at(-1) ?? '', room)
    const status = row[3] ?? ''
    const shown = line([...row.slice(0, -1), first])
    const coloured = shown.replace(status, paint(statusStyle(status), status))
    return [coloured, ...more.map((text) => `${' '.repeat(before)}${text}`)]
  })
  return [paint('bold', line(heads)), rule, ...body, rule].join('\n')
}

/** Breaks a text between words into lines of at most so many characters, where a word is not longer. */
function wrapped(text: string, room: number): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1)
    if (last === undefined || last.length + 1 + word.length > room) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}
