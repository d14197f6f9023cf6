import type { QueryResult } from '../adapters/postgres/read-only-query.ts'
import { pluralize } from '../lib/text.ts'

/** The lines of a table for a terminal, one for each row, with the number of rows at the end. */
export function formatRows({ columns, rows, isCut }: QueryResult): readonly string[] {
  const cells = [columns, ...rows.map((row) => row.map(formatValue))].map((row) =>
    row.map(escapeControls),
  )
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => row[index]?.length ?? 0)))
  const toLine = (row: readonly string[]): string =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd()
  const [head = [], ...body] = cells
  return [
    toLine(head),
    widths.map((width) => '-'.repeat(width)).join('  '),
    ...body.map(toLine),
    `(${pluralize(rows.length, 'row')}${isCut ? '; there are more' : ''})`,
  ]
}

/** The rows as JSON, one object for each. */
export const formatRowsAsJson = ({ columns, rows }: QueryResult): string =>
  JSON.stringify(
    rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, toJson(row[index])]))),
    null,
    2,
  )

const toJson = (value: unknown): unknown => (Buffer.isBuffer(value) ? formatValue(value) : value)

function formatValue(value: unknown): string {
  if (value === null) return 'null'
  if (value instanceof Date) return value.toISOString()
  if (Buffer.isBuffer(value)) return `\\x${value.toString('hex')}`
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** Texts of others must not move the cursor of the terminal, or break a row. */
const escapeControls = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (char) => JSON.stringify(char).slice(1, -1))
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`)
