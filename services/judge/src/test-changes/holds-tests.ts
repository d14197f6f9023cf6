import type { DiffFile } from '../diff/diff.ts'
import { findFileRole } from './is-test-file.ts'

/** A test or a check that stands beside the source it is about, as in Rust. */
const ownTestPattern =
  /#\[(?:\w+::)*(?:test|rstest|cfg\(test|ignore|should_panic)|\b(?:debug_)?assert\w*!\s*[([{]|\bimport\.meta\.vitest\b/

/** Whether the change touches tests or checks that stand in a file of the source. */
export const holdsOwnTests = ({ hunks }: DiffFile): boolean =>
  hunks.some(({ lines }) => lines.some(({ text }) => ownTestPattern.test(text)))

/** Whether a file belongs to the tests before or after the change. */
export const isTestChange = (file: DiffFile): boolean =>
  [file.path, file.oldPath].some((path) => ['test', 'support'].includes(findFileRole(path))) ||
  holdsOwnTests(file)
