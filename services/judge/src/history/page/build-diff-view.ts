import type { Diff, DiffFile, DiffLine } from '../../diff/diff.ts'
import type { BlockerView } from '../http/run-page-schemas.ts'
import type { DiffFileView } from '../http/run-part-schemas.ts'

/** Lines of all files that one answer has; the rest is left out and said to be. */
export const MAX_DIFF_LINES = 20_000

export type DiffMark = DiffFileView['marks'][number] & { readonly path: string }

interface DiffViewInput {
  readonly marks: readonly DiffMark[]
  /** The paths that the judge was shown; null: no judge was asked. */
  readonly shown: ReadonlySet<string> | null
}

/** The files of a parsed diff as the page shows them, with what was said about their lines. */
export function buildDiffView(
  files: readonly DiffFile[],
  { marks, shown }: DiffViewInput,
): { readonly files: DiffFileView[]; readonly truncated: boolean } {
  let left = MAX_DIFF_LINES
  let truncated = false
  const views = files.map((file): DiffFileView => {
    const hunks = file.hunks.flatMap((hunk) => {
      if (left <= 0) {
        truncated = true
        return []
      }
      const lines = hunk.lines.slice(0, left)
      truncated ||= lines.length < hunk.lines.length
      left -= lines.length
      return [{ ...locateHunk(hunk.lines), header: hunk.header, lines: lines.map(presentLine) }]
    })
    return {
      path: file.path,
      oldPath: file.oldPath === file.path ? null : file.oldPath,
      status: statuses[file.change],
      additions: file.added,
      deletions: file.removed,
      binary: file.binary,
      shownToJudge: shown === null ? null : shown.has(file.path),
      hunks,
      marks: marks
        .filter(({ path }) => path === file.path || path === file.oldPath)
        .map(({ path: _path, ...mark }) => mark),
    }
  })
  return { files: views, truncated }
}

const statuses = {
  added: 'added',
  deleted: 'removed',
  modified: 'modified',
  renamed: 'renamed',
  copied: 'added',
  mode: 'modified',
} as const satisfies Record<DiffFile['change'], DiffFileView['status']>

const presentLine = ({ kind, text, oldLine, newLine }: DiffLine) => ({
  kind,
  old: oldLine,
  new: newLine,
  text,
})

const locateHunk = (lines: readonly DiffLine[]) => ({
  oldStart: lines.find(({ oldLine }) => oldLine !== null)?.oldLine ?? 0,
  newStart: lines.find(({ newLine }) => newLine !== null)?.newLine ?? 0,
})

/** Lines around a place that are shown beside what was said about it. */
const EXCERPT_BEFORE = 3

/** The lines of the change up to a place; null where the diff does not have it. */
export function cutExcerpt(
  diff: Diff | null,
  path: string | null,
  line: number | null,
): BlockerView['excerpt'] {
  if (diff === null || path === null || line === null) return null
  const file = diff.files.find((one) => one.path === path || one.oldPath === path)
  for (const { lines } of file?.hunks ?? []) {
    const index = lines.findIndex(({ newLine }) => newLine === line)
    if (index < 0) continue
    const shown = lines.slice(Math.max(0, index - EXCERPT_BEFORE), index + 1)
    return {
      from: shown.find(({ newLine }) => newLine !== null)?.newLine ?? line,
      lines: shown.map(({ kind, text, oldLine, newLine }) => ({
        number: newLine ?? oldLine,
        kind,
        text,
      })),
      truncated: false,
    }
  }
  return null
}
