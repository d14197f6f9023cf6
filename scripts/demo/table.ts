import { stripVTControlCharacters } from 'node:util'
import { paint, statusStyle } from './narrator.ts'
import type { Row } from './results.ts'

const heads = ['story', 'issue', 'attempt', 'decided', 'reason', 'because'] as const
const gap = '  '

/** Less than this, and the last column is written below its row. */
const narrow = 40

/**
 * What was decided, and why: one row a run. The reason in words is wrapped to the width there is.
 */
export function table(rows: readonly Row[], width: number): string {
  const cells = rows.map((row, index) => [
    rows[index - 1]?.issue === row.issue ? '' : row.story,
    `#${row.issue}`,
    String(row.attempt),
    row.status,
    row.reason ?? '',
  ])
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...cells.map((row) => (row[column] ?? '').length)),
  )
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(gap)
  const before = widths.slice(0, -1).reduce((sum, one) => sum + one + gap.length, 0)
  const beside = width - before >= narrow
  const indent = beside ? before : 4
  const body = cells.flatMap((row, index) => {
    const [first = '', ...more] = wrapped(rows[index]?.because ?? '', width - indent)
    const status = row[3] ?? ''
    const shown = `${line(row)}${gap}`.replace(status, paint(statusStyle(status), status))
    const because = (text: string): string => ' '.repeat(indent) + text
    return beside
      ? [shown + first, ...more.map(because)]
      : [shown.trimEnd(), ...[first, ...more].map(because)]
  })
  const rule = paint(
    'dim',
    '─'.repeat(
      Math.min(width, Math.max(...body.map((text) => stripVTControlCharacters(text).length))),
    ),
  )
  return [paint('bold', line(beside ? heads : heads.slice(0, -1))), rule, ...body, rule].join('\n')
}

/**
 * Breaks a text between words into lines of at most so many characters, where a word is not longer.
 */
function wrapped(text: string, room: number): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1)
    if (last === undefined || last.length + 1 + word.length > room) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}
