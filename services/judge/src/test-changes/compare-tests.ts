import type { DiffFile } from '../diff/diff.ts'
import type { ChangeContext } from './change-context.ts'
import { compareCases } from './compare-cases.ts'
import { compareChecks } from './compare-checks.ts'
import { compareMarks } from './compare-marks.ts'
import { buildComparison } from './comparison.ts'
import type { TestChange } from './finding.ts'
import { isTestChange } from './holds-tests.ts'
import { isCollected } from './is-test-file.ts'
import { readTestFile } from './test-file.ts'

/** Compares the tests before and after a change. */
export function compareTests(change: ChangeContext): readonly TestChange[] {
  const files = change.diff.files
    .filter(isTestChange)
    .flatMap((file) => readTestFile(file, change.texts) ?? [])
  const comparison = buildComparison(change, files)
  return [
    ...change.diff.files.flatMap(findLostCollection),
    ...compareCases(comparison),
    ...compareChecks(comparison),
    ...compareMarks(comparison),
  ]
}

/** A renamed file that no runner collects any more. */
function findLostCollection({ path, oldPath, change }: DiffFile): readonly TestChange[] {
  if (change !== 'renamed' || !isCollected(oldPath) || isCollected(path)) return []
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
