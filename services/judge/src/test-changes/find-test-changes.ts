import type { Diff } from '../diff/diff.ts'
import { runAtOnce, type Steps } from '../lib/steps.ts'
import { readChange } from './change-context.ts'
import { compareTests } from './compare-tests.ts'
import { findConfigurationChanges } from './configuration/find-configuration-changes.ts'
import { cutLongLines } from './cut-long-lines.ts'
import { identifyFindings, type TestFinding } from './finding.ts'
import type { FileTexts } from './side-text.ts'
import { findSnapshotChanges } from './snapshots.ts'

/**
 * Finds every edit of tests and checks in a change, and says of each whether as much is checked as
 * before. Pure and total: what cannot be read from a syntax tree is read as text, and what cannot
 * be read at all is a finding if it may check less. `files` may lack any text: then the hunks alone
 * are analysed.
 */
export const findTestChanges = (diff: Diff, files: FileTexts): readonly TestFinding[] =>
  runAtOnce(findTestChangesInSteps(diff, files))

/** The same, one test file a step. Its syntax trees are freed only if the caller pauses then. */
export function* findTestChangesInSteps(
  diff: Diff,
  files: FileTexts,
): Steps<readonly TestFinding[]> {
  const bounded = cutLongLines(diff, files)
  const change = readChange(bounded.diff, bounded.files)
  return identifyFindings([
    ...(yield* compareTests(change)),
    ...findSnapshotChanges(change),
    ...findConfigurationChanges(change),
  ])
}
