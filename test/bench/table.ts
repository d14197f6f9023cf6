/** A measured value and its target. */
export interface Measurement {
  readonly what: string
  readonly measured: string
  readonly target: string
  readonly isMet: boolean
}

export function formatTable(rows: readonly Measurement[]): string {
  const cells = [
    ['What', 'Measured', 'Target', ''],
    ...rows.map(({ what, measured, target, isMet }) => [
      what,
      measured,
      target,
      isMet ? 'holds' : 'MISSED',
    ]),
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

/** The value below which `of` percent of the values lie. */
export function computePercentile(values: readonly number[], of: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor((of / 100) * sorted.length))] ?? Number.NaN
}

export const computeMedian = (values: readonly number[]): number => computePercentile(values, 50)
