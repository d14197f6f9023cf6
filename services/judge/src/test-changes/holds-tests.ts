import type { DiffFile, DiffHunk } from '../diff/diff.ts'
import { findFileRole } from './is-test-file.ts'

/** Where tests begin that stand beside the source they are about, as in Rust. */
const beginningPattern =
  /#\[cfg\((?:all\()?test\b|#\[(?:\w+::)*(?:test|rstest|ignore|should_panic)\b|^\s*(?:pub(?:\(\w+\))?\s+)?mod\s+\w*tests?\b|\bimport\.meta\.vitest\b/
/** What git writes after the line numbers of a hunk if the source around it is no test. */
const sourcePattern =
  /^(?:pub\b.*|unsafe\s+|async\s+)*(?:impl|trait|struct|enum|union|fn|macro_rules!)\b/
/** Checks that a program rarely has: it asserts conditions, and compares values only in tests. */
const comparisonPattern = /\bassert_(?:eq|ne|matches)!\s*[([{]/

/** The index of the first line of a hunk that belongs to tests beside their source. */
export function findOwnTests({ heading, lines }: DiffHunk): number {
  if (/\bmod\s+\w*tests?\b/.test(heading)) return 0
  const start = lines.findIndex(({ text }) => beginningPattern.test(text))
  if (start >= 0) return start
  const compares =
    !sourcePattern.test(heading) && lines.some(({ text }) => comparisonPattern.test(text))
  return compares ? 0 : lines.length
}

/** Whether the change touches tests or checks that stand in a file of the source. */
export const holdsOwnTests = ({ path, hunks }: DiffFile): boolean =>
  ownTestFiles.test(path) && hunks.some((hunk) => findOwnTests(hunk) < hunk.lines.length)

/** Languages in which tests stand beside their source. */
const ownTestFiles = /\.(?:rs|[cm]?[jt]sx?)$/

/** A file of the source without the tests in it. */
export const leaveOwnTests = (file: DiffFile): DiffFile =>
  ownTestFiles.test(file.path)
    ? {
        ...file,
        hunks: file.hunks.map((hunk) => ({
          ...hunk,
          lines: hunk.lines.slice(0, findOwnTests(hunk)),
        })),
      }
    : file

/** The numbers of the lines, on one side, of the tests that stand in a file of the source. */
export const listOwnTestLines = (file: DiffFile, side: 'old' | 'new'): ReadonlySet<number> =>
  new Set(
    file.hunks.flatMap((hunk) =>
      hunk.lines
        .slice(findOwnTests(hunk))
        .flatMap(({ oldLine, newLine }) => (side === 'old' ? oldLine : newLine) ?? []),
    ),
  )

/** Whether a file belongs to the tests before or after the change. */
export const isTestChange = (file: DiffFile): boolean => !isSource(file) || holdsOwnTests(file)

/** Whether a file is one of the source on both sides, whatever tests it holds. */
export const isSource = (file: DiffFile): boolean =>
  [file.path, file.oldPath].every((path) => !['test', 'support'].includes(findFileRole(path)))
