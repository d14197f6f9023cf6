/**
 * One measured promise of the architecture's section 9: what was seen, what the bar is, and whether
 * it holds.
 */
export interface Row {
  readonly what: string
  readonly seen: string
  readonly bar: string
  readonly holds: boolean
}

export function table(rows: readonly Row[]): string {
  const cells = [
    ['What', 'Seen', 'Bar', ''],
    ...rows.map(({ what, seen, bar, holds }) => [what, seen, bar, holds ? 'holds' : 'MISSED']),
  ]
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  )
  const lines = cells.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`,
  )
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  return [lines[0], rule, ...lines.slice(1)].join('\n')
}

/** The value under which so many of a hundred lie. */
export function percentile(values: readonly number[], of: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor((of / 100) * sorted.length))] ?? Number.NaN
}

export const median = (values: readonly number[]): number => percentile(values, 50)
