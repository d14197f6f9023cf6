/** A line of a hunk, with its number on each side where it has one. */
export interface DiffLine {
  readonly kind: 'added' | 'removed' | 'context'
  readonly text: string
  /** Line number in the old file; null for an added line. */
  readonly oldLine: number | null
  /** Line number in the new file; null for a removed line. */
  readonly newLine: number | null
}

export interface DiffHunk {
  readonly header: string
  readonly lines: readonly DiffLine[]
}

export interface DiffFile {
  /** The path after the change (before it, for a deleted file), without `a/` or `b/`. */
  readonly path: string
  readonly oldPath: string
  readonly change: 'added' | 'deleted' | 'modified' | 'renamed' | 'copied' | 'mode'
  readonly binary: boolean
  readonly hunks: readonly DiffHunk[]
  readonly added: number
  readonly removed: number
}

/** What a head changes against its merge base. */
export interface Diff {
  readonly files: readonly DiffFile[]
  /**
   * SHA-256 of the text it was read from: two attempts with the same digest changed exactly the
   * same.
   */
  readonly digest: string
  readonly added: number
  readonly removed: number
  /**
   * Why it could not be read whole (GitHub or our own limit refused it); null where it was. Then
   * `files` is empty.
   */
  readonly tooLarge: string | null
}
