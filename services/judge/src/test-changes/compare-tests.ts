import type { DiffFile } from '../diff/diff.ts'
import type { Steps } from '../lib/steps.ts'
import type { ChangeContext } from './change-context.ts'
import { compareCases } from './compare-cases.ts'
import { compareChecks } from './compare-checks.ts'
import { compareMarks } from './compare-marks.ts'
import { buildComparison } from './comparison.ts'
import { findBypasses } from './find-bypasses.ts'
import { findSwitches } from './find-switches.ts'
import { findUnknownChecks } from './find-unknown-checks.ts'
import type { TestChange } from './finding.ts'
import { isTestChange } from './holds-tests.ts'
import { findFileRole, losesCollection } from './is-test-file.ts'
import { readTestFile, type TestFile } from './test-file.ts'

/** Compares the tests before and after a change; a step reads one file. */
export function* compareTests(change: ChangeContext): Steps<readonly TestChange[]> {
  const read: { file: DiffFile; tests: TestFile | null }[] = []
  for (const file of change.diff.files.filter(isTestChange)) {
    read.push({ file, tests: readTestFile(file, change.texts) })
    yield
  }
  const files = read.flatMap(({ tests }) => tests ?? [])
  const comparison = buildComparison(change, files)
  const found = [
    ...change.diff.files.flatMap(findLostCollection),
    ...read.flatMap(({ file, tests }) => describeUnread(file, tests)),
    ...compareCases(comparison),
    ...compareChecks(comparison),
    ...compareMarks(comparison),
    ...findSwitches(files),
    ...findBypasses(files),
  ]
  const explained = new Set(found.map(({ path }) => path))
  return [...found, ...findUnknownChecks(files.filter(({ file }) => !explained.has(file.path)))]
}

/** What cannot be compared is asked about if it may check less: never a pass by absence. */
function describeUnread(file: DiffFile, tests: TestFile | null): readonly TestChange[] {
  const { path, oldPath, removed, binary, change } = file
  const unknown = binary || (tests === null && removed > 0)
  if (!unknown || change === 'added' || findFileRole(oldPath) !== 'test') return []
  const why = binary ? 'it is binary' : 'its language is not known'
  return [
    {
      answer: 'question',
      kind: 'not_analysed',
      severity: 'medium',
      path: change === 'deleted' ? oldPath : path,
      side: change === 'deleted' ? 'old' : 'new',
      line: 0,
      test: null,
      before: oldPath,
      because: `This test file is ${change === 'deleted' ? 'deleted' : 'changed'}, and no rule can compare it: ${why}.`,
    },
  ]
}

/** A renamed file that no runner collects any more. */
function findLostCollection({ path, oldPath, change }: DiffFile): readonly TestChange[] {
  if (change !== 'renamed' || !losesCollection(oldPath, path)) return []
  return [
    {
      answer: 'weakened',
      kind: 'collection_lost',
      severity: 'high',
      path,
      side: 'new',
      line: 0,
      test: null,
      before: oldPath,
      because: `Test runners collect \`${oldPath}\` by its name, but not \`${path}\`.`,
    },
  ]
}
