import type { Diff, DiffFile } from '../diff/diff.ts'
import { findFormat } from './configuration/file-format.ts'
import { findFileRole } from './is-test-file.ts'

/**
 * The changed files that are understood better as a whole: tests, their helpers, what configures
 * and runs them, and source that holds tests. Of an added or a deleted file, the diff is all of it. Tests come first.
 */
export function selectWholeFiles({ files }: Diff): readonly DiffFile[] {
  const wanted = files
    .filter(({ change, binary }) => !binary && (change === 'modified' || change === 'renamed'))
    .filter(({ newMode }) => newMode !== SYMBOLIC_LINK && newMode !== SUBMODULE)
    .map((file) => ({ file, rank: rankFile(file) }))
    .filter(({ rank }) => rank < ranks.none)
  return wanted.toSorted((a, b) => a.rank - b.rank).map(({ file }) => file)
}

const SYMBOLIC_LINK = '120000'
const SUBMODULE = '160000'

const ranks = { test: 0, support: 1, configuration: 2, source: 3, none: 4 } as const

/** Snapshots are compared by their lines alone. */
function rankFile({ path, oldPath, hunks }: DiffFile): number {
  const roles = [findFileRole(path), findFileRole(oldPath)]
  if (roles.includes('test')) return ranks.test
  if (roles.includes('support')) return ranks.support
  if (findFormat(path) !== null || findFormat(oldPath) !== null) return ranks.configuration
  const holdsTests = hunks.some(({ lines }) =>
    lines.some(({ kind, text }) => kind !== 'context' && ownTestPattern.test(text)),
  )
  return holdsTests ? ranks.source : ranks.none
}

/** A test or a check that stands beside the source it is about, as in Rust. */
const ownTestPattern =
  /#\[(?:\w+::)*(?:test|cfg\(test|ignore|should_panic)|\b(?:debug_)?assert\w*!\s*\(/
