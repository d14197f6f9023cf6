import type { ChangeDigests } from './change-digests.ts'

/** A line of a hunk, with its number on each side where it has one. */
export interface DiffLine {
  readonly kind: 'added' | 'removed' | 'context'
  readonly text: string
  /** The line number in the old file; null for an added line. */
  readonly oldLine: number | null
  /** The line number in the new file; null for a removed line. */
  readonly newLine: number | null
}

export interface DiffHunk {
  readonly header: string
  /** The line before the hunk that git shows for orientation, such as that of a function; or empty. */
  readonly heading: string
  readonly lines: readonly DiffLine[]
}

export interface DiffFile {
  /** The path after the change, or before it for a deleted file, without `a/` or `b/`. */
  readonly path: string
  readonly oldPath: string
  readonly change: 'added' | 'deleted' | 'modified' | 'renamed' | 'copied' | 'mode'
  /** Git's modes, such as `100755`; null where there is no file, or git does not say. */
  readonly oldMode: string | null
  readonly newMode: string | null
  /** The lines of git's header that show what no hunk shows: other modes, other names. */
  readonly headerLines: readonly string[]
  readonly binary: boolean
  readonly hunks: readonly DiffHunk[]
  readonly added: number
  readonly removed: number
}

/** What a head changes relative to its merge base. */
export interface Diff extends ChangeDigests {
  readonly files: readonly DiffFile[]
  /** The SHA-256 of the diff's text: attempts with the same digest made the same change. */
  readonly digest: string
  readonly added: number
  readonly removed: number
  /** Why GitHub or our own limit refused the diff, in which case `files` is empty; or null. */
  readonly tooLarge: string | null
}
