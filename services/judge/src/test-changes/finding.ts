import { sha256 } from '../lib/ids.ts'

/** What an edit of tests or checks does.. */
export type TestChangeKind =
  | 'test_deleted'
  | 'case_deleted'
  | 'file_deleted'
  | 'collection_lost'
  | 'assertion_removed'
  | 'assertion_loosened'
  | 'assertion_conditional'
  | 'expectation_changed'
  | 'always_true'
  | 'commented_out'
  | 'skip_added'
  | 'focus_added'
  | 'expected_failure'
  | 'deselected'
  | 'build_tag'
  | 'tolerance_widened'
  | 'retry_added'
  | 'snapshot_rewritten'
  | 'subject_mocked'
  | 'error_swallowed'
  | 'exit_code_ignored'
  | 'check_removed'
  | 'check_nonblocking'
  | 'coverage_loosened'
  | 'lint_loosened'
  | 'types_loosened'
  | 'warnings_ignored'
  | 'owners_loosened'
  | 'not_analysed'

export type LossSeverity = 'high' | 'medium' | 'low'

/**
 * What the rules say about an edit: `weakened`: less is checked, without a reason in the change.
 * `justified`: what was checked is gone, too, or an equal check is elsewhere. `retuned`: a literal,
 * message or snapshot follows a change of the source. `question`: no rule can tell.
 */
export type TestChangeAnswer = 'weakened' | 'justified' | 'retuned' | 'question'

/** An edit of tests or checks before it has its id. */
export interface TestChange {
  readonly answer: TestChangeAnswer
  readonly kind: TestChangeKind
  readonly severity: LossSeverity
  readonly path: string
  /** The side of the diff that `path` and `line` are on. */
  readonly side: 'old' | 'new'
  /** From 1; 0 means the file itself, such as its name. */
  readonly line: number
  /** The name of the enclosing test, if it is known. */
  readonly test: string | null
  /** What was checked before: the line, or the name of the test. */
  readonly before: string
  /** Why it is, or is not, justified, as a plain sentence. */
  readonly because: string
}

/** An edit of tests or checks, and whether as much is checked as before. */
export interface TestFinding extends TestChange {
  /**
   * The same for the same edit in a later attempt, wherever it stands in the file: from the kind,
   * the path, the test and what was checked before.
   */
  readonly id: string
}

/** Gives each change its id; equal ones in one test are numbered in their order. */
export function identifyFindings(changes: readonly TestChange[]): readonly TestFinding[] {
  const seen = new Map<string, number>()
  return changes.map((change) => {
    const { kind, path, test, before } = change
    const key = JSON.stringify([kind, path, test, before.replace(/\s+/g, '')])
    const count = (seen.get(key) ?? 0) + 1
    seen.set(key, count)
    const digest = sha256(count === 1 ? key : `${key}#${count}`)
    return { ...change, id: `test-${digest.slice(0, 16)}` }
  })
}
