/** What is noticed about a change; see `HygieneFinding`. */
export type HygieneKind =
  | 'comment_only'
  | 'generated_only'
  | 'lockfile_without_manifest'
  | 'stub_body'
  | 'not_implemented'
  | 'new_todo'
  | 'placeholder_value'
  | 'error_swallowed'
  | 'debug_leftover'

/**
 * Something about a change that the judge and the reader should know. It is information: it never
 * refuses a change by itself.
 */
export interface HygieneFinding {
  readonly kind: HygieneKind
  readonly path: string
  /** In the new file, from 1; null: it is about the whole file, or the whole change. */
  readonly line: number | null
  /** One plain sentence without a full stop; it may quote a line of the change. */
  readonly text: string
}
