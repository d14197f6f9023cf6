import { stripVTControlCharacters } from 'node:util'
import { paint, selectStyle } from './narrator.ts'
import type { ResultRow } from './results.ts'

const headings = ['story', 'issue', 'attempt', 'status', 'reason', 'because'] as const
const GAP = '  '

/** If the last column has less room than this, it is written below its row. */
const NARROW_COLUMNS = 40

/** Formats one row for each run, and wraps the last column to the width. */
export function formatTable(rows: readonly ResultRow[], width: number): string {
  const cells = rows.map((row, index) => [
    rows[index - 1]?.issue === row.issue ? '' : row.story,
    `#${row.issue}`,
    String(row.attempt),
    row.status,
    row.reason ?? '',
  ])
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...cells.map((row) => (row[column] ?? '').length)),
  )
  const formatCells = (row: readonly string[]): string =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(GAP)
  const before = widths.slice(0, -1).reduce((sum, one) => sum + one + GAP.length, 0)
  const isBeside = width - before >= NARROW_COLUMNS
  const indent = isBeside ? before : 4
  const body = rows.flatMap(({ status, because }, index) => {
    const row = formatCells(cells[index] ?? []).replace(status, paint(selectStyle(status), status))
    const texts = wrapText(because, width - indent)
    const [first = '', ...more] = texts
    return isBeside
      ? [row + GAP + first, ...more.map((text) => ' '.repeat(indent) + text)]
      : [row.trimEnd(), ...texts.map((text) => paint('dim', ' '.repeat(indent) + text))]
  })
  const longest = Math.max(...body.map((text) => stripVTControlCharacters(text).length))
  const rule = paint('dim', '─'.repeat(Math.min(width, longest)))
  const heading = paint('bold', formatCells(isBeside ? headings : headings.slice(0, -1)))
  return [heading, rule, ...body, rule].join('\n')
}

/** Breaks a text between words into lines that fit. */
function wrapText(text: string, room: number): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1)
    if (last === undefined || last.length + 1 + word.length > room) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}
