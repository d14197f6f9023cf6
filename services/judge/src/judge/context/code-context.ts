/** Why a file is shown to the model besides the lines that the change shows. */
export type ContextRole = 'changed' | 'test' | 'imported'

/** A file at the judged commit; its text is masked. */
export interface ContextFile {
  readonly path: string
  readonly role: ContextRole
  readonly text: string
}

/** What was read of the code around a change. */
export interface CodeContext {
  readonly files: readonly ContextFile[]
  /** Changed files that were not read, and why. */
  readonly unread: readonly { readonly path: string; readonly because: string }[]
}

export const noContext: CodeContext = { files: [], unread: [] }

/** A file to read. A guessed path follows a convention, and the file may not exist. */
export interface ContextPath {
  readonly path: string
  readonly role: ContextRole
}

/** The code around a change that a model can be shown, and what is too much of it. */
export interface Excerpts {
  readonly shown: readonly Excerpt[]
  /** Lines that are left out because their file has more than enough. */
  readonly left: readonly { readonly path: string; readonly from: number; readonly to: number }[]
}

/** Consecutive lines of a file at the commit, as the model is shown them. */
export interface Excerpt {
  readonly path: string
  readonly role: ContextRole
  /** The number of the first line. */
  readonly from: number
  readonly lines: readonly string[]
  /** How many lines the file has. */
  readonly total: number
}
