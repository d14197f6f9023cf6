import type { Diff, DiffFile } from '../../diff/diff.ts'
import { rebuildBase } from '../../diff/rebuild-base.ts'
import type { TestChanges } from '../../gates/gate.ts'
import type { FileText } from '../../github/port.ts'
import { type Known, known } from '../../lib/known.ts'
import type { Policy } from '../../policy/policy.ts'
import type { CommitSha } from '../../run/run.ts'
import { selectWholeFiles } from '../../test-changes/select-whole-files.ts'
import type { FileTexts, TestFileText } from '../../test-changes/side-text.ts'
import type { ObserveContext } from './observe-deps.ts'
import { type CommitReadDeps, readFileTexts } from './read-commit.ts'

/** The most changed files that are read as a whole; one request carries all of them. */
const MAX_FILES = 30
/** The most characters of all of them that are compared: parsing blocks the process. */
const MAX_CHARACTERS = 200_000

interface TestFilesQuery extends CommitReadDeps {
  readonly diff: Diff
  readonly head: CommitSha
  readonly policy: Policy
  /** Files that are needed later anyway; the same request carries them. */
  readonly alsoNeeded: readonly string[]
}

/**
 * Finds the edits of tests and checks in a change. They are not known while GitHub does not answer.
 */
export async function observeTestChanges(
  { loaded, deps, reader, signal }: Pick<ObserveContext, 'loaded' | 'deps' | 'reader' | 'signal'>,
  of: TestFilesQuery,
): Promise<Known<TestChanges>> {
  if (of.policy.tests.weakened === 'off') return known({ findings: [], unread: [] }, loaded.now)
  const read = await reader.read('test_files', () => readTestFiles(of, signal))
  // Not a part of the reading: a fault of our own rules is no outage of GitHub.
  if (read.kind !== 'known') return read
  const { files, unread } = read.value
  const findings = await deps.findTestChanges({ diff: of.diff, files })
  return { ...read, value: { findings, unread } }
}

/**
 * Reads the changed test files as a whole, with one request; none is made if the change edits no
 * test. Rejects if GitHub does not answer.
 */
export async function readTestFiles(
  of: TestFilesQuery,
  signal: AbortSignal,
): Promise<{ readonly files: FileTexts; readonly unread: TestChanges['unread'] }> {
  const wanted = selectWholeFiles(of.diff)
  const read = wanted.slice(0, MAX_FILES)
  const paths =
    read.length === 0 ? [] : [...new Set([...read.map(({ path }) => path), ...of.alsoNeeded])]
  const texts = await readFileTexts({ ...of, commit: of.head, paths }, signal)
  let left = MAX_CHARACTERS
  const sides = read.map((file) => {
    const found = rebuildSides(file, texts.get(file.path))
    const length = found.text?.head?.length ?? 0
    if (length > left) return { file, because: 'the changed test files are too long together' }
    left -= length
    return { file, ...found }
  })
  return {
    files: new Map(
      sides.flatMap(({ file, text }) => (text === undefined ? [] : [[file.path, text]])),
    ),
    unread: [
      ...sides.flatMap(({ file, because }) => (because ? [{ path: file.path, because }] : [])),
      ...wanted
        .slice(MAX_FILES)
        .map(({ path }) => ({ path, because: `more than ${MAX_FILES} test files were changed` })),
    ],
  }
}

/** Both sides of a changed file, or why its hunks are all that is known of it. */
function rebuildSides(
  file: DiffFile,
  head: FileText | undefined,
): { readonly text?: TestFileText; readonly because?: string } {
  switch (head?.kind) {
    case 'text': {
      const base = rebuildBase(head.text, file)
      return base === null
        ? { because: 'its text at the commit does not match the diff' }
        : { text: { base, head: head.text } }
    }
    case 'binary':
      return { because: 'it is a binary file' }
    case 'too_large':
      return { because: `it is too large (${head.bytes} bytes)` }
    default:
      return { because: 'GitHub has no such file at the commit' }
  }
}
