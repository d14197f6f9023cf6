import type { Diff } from '../../diff/diff.ts'
import type { FileText } from '../../github/port.ts'
import type { CodeContext, ContextFile, ContextPath } from '../../judge/context/code-context.ts'
import { selectContextPaths } from '../../judge/context/select-context-paths.ts'
import { createRelevance } from '../../judge/relevance.ts'
import { isFailure } from '../../lib/failure.ts'
import type { CommitSha } from '../../run/run.ts'
import { type CommitReadDeps, readFileTexts } from './read-commit.ts'

/** A longer text is not kept: its excerpts are short, and its diff shows what changed. */
const MAX_FILE_CHARS = 400_000
/** The most that all texts take. */
const MAX_TOTAL_CHARS = 1_000_000

type ContextDeps = CommitReadDeps & {
  readonly diff: Diff
  readonly commit: CommitSha
  readonly issue: { readonly title: string; readonly body: string }
}

/**
 * Reads the code around a change at its commit, with one request: the changed files, the tests
 * beside them, and what changed tests import. It is read once a run and commit. Rejects if GitHub
 * does not answer; a request that it refuses would be refused again, so the model is shown that.
 */
export async function readCodeContext(of: ContextDeps, signal: AbortSignal): Promise<CodeContext> {
  const { cache, commit, diff, issue } = of
  const { paths, left } = selectContextPaths(diff, createRelevance([issue.title, issue.body]))
  const before = await cache.find('code_context', { commit, diff: diff.digest })
  // Most guessed files do not exist: which ones do is known after the first reading.
  const existing = new Set(readPaths(before?.value.files))
  const wanted = before === null ? paths : paths.filter(({ path }) => existing.has(path))
  const texts = await readTexts(of, wanted, signal)
  if (typeof texts === 'string') return { files: [], unread: [{ path: ALL_FILES, because: texts }] }
  const found = wanted.filter(({ path }) => (texts.get(path)?.kind ?? 'absent') !== 'absent')
  if (before === null)
    cache.put({
      kind: 'code_context',
      commit,
      value: { commit, diff: diff.digest, files: found.map(({ path, role }) => ({ path, role })) },
    })
  return collectFiles(found, texts, left)
}

const ALL_FILES = 'every changed file'

/** The texts by path, or why GitHub refuses them. */
async function readTexts(
  of: ContextDeps,
  paths: readonly ContextPath[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, FileText> | string> {
  try {
    return await readFileTexts(
      { ...of, paths: paths.map(({ path }) => path), guessed: true },
      signal,
    )
  } catch (error) {
    if (!isFailure(error) || error.kind !== 'refused') throw error
    return `it cannot be read (${error.message})`
  }
}

const readPaths = (files: unknown): readonly string[] =>
  (Array.isArray(files) ? files : []).flatMap((file: unknown) =>
    typeof file === 'object' && file !== null && 'path' in file && typeof file.path === 'string'
      ? [file.path]
      : [],
  )

function collectFiles(
  found: readonly ContextPath[],
  texts: ReadonlyMap<string, FileText>,
  left: readonly string[],
): CodeContext {
  const files: ContextFile[] = []
  const unread = left.map((path) => ({ path, because: 'too many files were changed' }))
  let chars = 0
  for (const { path, role } of found) {
    const file = texts.get(path)
    const text = file?.kind === 'text' && file.text.length <= MAX_FILE_CHARS ? file.text : null
    if (text === null || chars + text.length > MAX_TOTAL_CHARS) {
      unread.push({ path, because: file?.kind === 'binary' ? 'it is binary' : 'it is too large' })
      continue
    }
    chars += text.length
    files.push({ path, role, text })
  }
  return { files, unread }
}
