import { sha256 } from '../lib/ids.ts'
import { compareText } from '../lib/text.ts'
import type { DiffFile } from './diff.ts'

/** A changed file with git's ids of its content before and after; null where git names none. */
export interface ChangedFile {
  readonly file: DiffFile
  readonly oldBlob: string | null
  readonly newBlob: string | null
}

/** By what two attempts at one issue are recognised as the same change. */
export interface ChangeDigests {
  /**
   * What the change does to each file: its added and removed lines, names and modes. Without line
   * numbers and context it stays the same if the change is rebased.
   */
  readonly contentDigest: string
  /**
   * The files before the change; null if git does not name their content. If they are the same, an
   * equal change has an equal diff.
   */
  readonly originDigest: string | null
}

export function computeChangeDigests(files: readonly ChangedFile[]): ChangeDigests {
  const sorted = files.toSorted((a, b) => compareText(a.file.path, b.file.path))
  return {
    contentDigest: sha256(JSON.stringify(sorted.map(listContent))),
    originDigest: sorted.some(isOriginUnknown)
      ? null
      : sha256(JSON.stringify(sorted.map(({ file, oldBlob }) => [file.path, oldBlob]))),
  }
}

/** A file that is only renamed, or gets another mode, has no content to name. */
const isOriginUnknown = ({ file, oldBlob }: ChangedFile): boolean =>
  oldBlob === null && file.hunks.length > 0

/** Files without lines, such as images, are distinguished by their new content. */
const listContent = ({ file, newBlob }: ChangedFile): readonly unknown[] => [
  file.path,
  file.oldPath,
  file.change,
  file.oldMode === file.newMode ? null : [file.oldMode, file.newMode],
  file.hunks.length === 0 ? newBlob : null,
  file.hunks.flatMap(({ lines }) =>
    lines
      .filter(({ kind }) => kind !== 'context')
      .map(({ kind, text }) => `${kind === 'added' ? '+' : '-'}${text}`),
  ),
]
