import type { Diff } from '../../diff/diff.ts'
import type { FileText } from '../../github/port.ts'
import type { CodeContext, ContextPath } from '../../judge/context/code-context.ts'
import { selectContextPaths } from '../../judge/context/select-context-paths.ts'
import { createRelevance } from '../../judge/relevance.ts'
import type { CommitSha } from '../../run/run.ts'
import { type CommitReadDeps, readFileTexts } from './read-commit.ts'

/** A longer text is not kept: its excerpts are short, and its diff shows what changed. */
const MAX_FILE_CHARS = 400_000
/** The most that all texts take. */
const MAX_TOTAL_CHARS = 2_000_000

/**
 * Reads the code around a change at its commit, with one request: the changed files, the tests
 * beside them, and what changed tests import. Rejects if GitHub does not answer.
 */
export async function readCodeContext(
  of: CommitReadDeps & {
    readonly diff: Diff
    readonly commit: CommitSha
    readonly issue: { readonly title: string; readonly body: string }
  },
  signal: AbortSignal,
): Promise<CodeContext> {
  const { diff, issue } = of
  const { paths, left } = selectContextPaths(diff, createRelevance([issue.title, issue.body]))
  const texts = await readFileTexts({ ...of, paths: paths.map(({ path }) => path) }, signal)
  return collectFiles({ paths, left }, texts)
}

/** A place where a convention expects a file, and where there is none, is not worth a word. */
function collectFiles(
  { paths, left }: { readonly paths: readonly ContextPath[]; readonly left: readonly string[] },
  texts: ReadonlyMap<string, FileText>,
): CodeContext {
  const files: { path: string; role: ContextPath['role']; text: string }[] = []
  const unread = left.map((path) => ({ path, because: 'too many files were changed' }))
  let chars = 0
  for (const { path, role } of paths) {
    const file = texts.get(path)
    if (file === undefined || file.kind === 'absent') continue
    const text = file.kind === 'text' ? file.text : null
    chars += text?.length ?? 0
    if (text === null || text.length > MAX_FILE_CHARS || chars > MAX_TOTAL_CHARS)
      unread.push({ path, because: file.kind === 'binary' ? 'it is binary' : 'it is too large' })
    else files.push({ path, role, text })
  }
  return { files, unread }
}
