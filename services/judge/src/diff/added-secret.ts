import type { Diff } from './diff.ts'

/** A secret that a change adds: where, of what kind, and which, but never its text. */
export interface AddedSecret {
  /** The rule that found it, such as `github` or `private-key`. */
  readonly rule: string
  readonly path: string
  /** The first added line that it stands on, in the new file. */
  readonly line: number
  /**
   * The same for the same secret wherever it stands, and of no use without the key: 32 hexadecimal
   * digits.
   */
  readonly digest: string
}

/** Finds the secrets that a change adds, in the order of the diff, each of them once a line. */
export type FindAddedSecrets = (diff: Diff) => Promise<readonly AddedSecret[]>
