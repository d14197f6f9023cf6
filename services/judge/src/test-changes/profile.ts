import type { TestFact } from './fact.ts'
import type { SyntaxNode } from './syntax.ts'

/** How the tests of a language are read from its syntax tree. */
export interface LanguageProfile {
  /** The name of the grammar. */
  readonly language: Grammar
  /** The kinds of nodes that `read` looks at; all others are left out of the outline. */
  readonly kinds: readonly string[]
  /**
   * Reads the facts of one fragment from its outline, in the order of the text. Total: a fragment
   * may begin in the middle of a function, and may be no valid syntax.
   */
  read(nodes: readonly SyntaxNode[]): readonly TestFact[]
  /**
   * Lines to put before and after a fragment so that it parses better, such as the openings of
   * brackets that it only closes. Their nodes are left out of the outline.
   */
  readonly complete: (lines: readonly string[]) => FragmentFrame
}

export interface FragmentFrame {
  readonly before: readonly string[]
  readonly after: readonly string[]
}

export type Grammar = 'TypeScript' | 'Tsx' | 'python' | 'go' | 'java' | 'kotlin' | 'rust'

/** A fragment of a language for which nothing better is known. */
export const leaveFragment = (): FragmentFrame => ({ before: [], after: [] })
