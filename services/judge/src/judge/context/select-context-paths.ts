import type { Diff, DiffFile } from '../../diff/diff.ts'
import { findFileNature } from '../../diff/find-file-nature.ts'
import { findFileRole } from '../../test-changes/is-test-file.ts'
import { type Relevance, ranks } from '../relevance.ts'
import type { ContextPath } from './code-context.ts'
import { guessImportedPaths } from './guess-imported-paths.ts'
import { guessTestPaths } from './guess-test-paths.ts'

/** How many files of each kind are read; one request carries all of them. */
const MAX_CHANGED = 24
const MAX_TESTS = 32
const MAX_IMPORTED = 12
/** How many places are tried for the tests of one file. */
const MAX_GUESSES = 8

const SYMBOLIC_LINK = '120000'
const SUBMODULE = '160000'

/**
 * The files to read around a change: the changed ones themselves, the tests beside them, and what
 * changed tests import. What the issue names comes first. Of an added or a deleted file the diff is
 * all there is. `left` are changed files beyond the limit.
 */
export function selectContextPaths(
  { files }: Diff,
  relevance: Relevance,
): { readonly paths: readonly ContextPath[]; readonly left: readonly string[] } {
  const inDiff = new Set(files.map(({ path }) => path))
  const ordered = files
    .map((file) => ({ file, rank: ranks.indexOf(relevance.rankFile(file)) }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ file }) => file)
    .filter(isCode)
  const changed = ordered.filter(({ change }) => change === 'modified' || change === 'renamed')
  const isTest = ({ path }: DiffFile): boolean => findFileRole(path) !== 'other'
  const present = ordered.filter(({ change }) => change !== 'deleted')
  const tests = present
    .filter((file) => !isTest(file))
    .map(({ path }) => guessTestPaths(path).slice(0, MAX_GUESSES))
  const imported = present.filter(isTest).map(guessImportedPaths)
  const select = (guesses: readonly (readonly string[])[], most: number): readonly string[] =>
    [...new Set(interleave(guesses))].filter((path) => !inDiff.has(path)).slice(0, most)
  const toPath =
    (role: ContextPath['role']) =>
    (path: string): ContextPath => ({ path, role })
  const paths = [
    ...changed.slice(0, MAX_CHANGED).map(({ path }) => toPath('changed')(path)),
    ...select(tests, MAX_TESTS).map(toPath('test')),
    ...select(imported, MAX_IMPORTED).map(toPath('imported')),
  ]
  const places = new Map(paths.map(({ path }, place) => [path, place] as const).toReversed())
  return {
    paths: paths.filter(({ path }, place) => places.get(path) === place),
    left: changed.slice(MAX_CHANGED).map(({ path }) => path),
  }
}

function isCode({ path, binary, newMode }: DiffFile): boolean {
  if (binary || newMode === SYMBOLIC_LINK || newMode === SUBMODULE) return false
  return findFileNature(path) === 'code'
}

/** The first of each list, then the second of each, so that no file takes all places. */
function interleave(lists: readonly (readonly string[])[]): readonly string[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length))
  return Array.from({ length: longest }, (_, index) => index).flatMap((index) =>
    lists.flatMap((list) => list[index] ?? []),
  )
}
