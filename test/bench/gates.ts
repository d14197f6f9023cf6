import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Measurement } from './table.ts'

const MS_MAX = 250
const EXTRA_MB_MAX = 100
/** A third of what the thread that compares tests has for young objects. */
const MAX_SEMI_SPACE_MB = 2

interface GatesReport {
  readonly lines: number
  readonly files: number
  readonly parsing: { readonly first: number; readonly best: number }
  readonly gates: { readonly first: number; readonly best: number }
  readonly extraMb: number
}

/**
 * Measures, in time of a core, all gates on a change of 20,000 lines in TypeScript, Python, Go, Java and Rust, with the
 * search for secrets and the comparison of tests, beside parsing the same diff as the baseline.
 */
export async function measureGates(): Promise<readonly Measurement[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--expose-gc',
    // Young objects are collected as often as in the thread that compares tests.
    `--max-semi-space-size=${MAX_SEMI_SPACE_MB}`,
    join(import.meta.dirname, 'gates-process.ts'),
  ])
  const { lines, files, parsing, gates, extraMb }: GatesReport = JSON.parse(stdout)
  const times = `${gates.best.toFixed(0)} ms, at first ${gates.first.toFixed(0)} ms`
  const ratio = `${(gates.best / parsing.best).toFixed(1)} × parsing it (${parsing.best.toFixed(0)} ms)`
  return [
    {
      what: `All gates, ${lines} lines in ${files} files`,
      measured: `${times}; ${ratio}`,
      target: `≤ ${MS_MAX} ms`,
      isMet: gates.best <= MS_MAX,
    },
    {
      what: 'All gates, extra memory at the peak',
      measured: `${extraMb.toFixed(0)} MB`,
      target: `≤ ${EXTRA_MB_MAX} MB`,
      isMet: extraMb <= EXTRA_MB_MAX,
    },
  ]
}
