/**
 * What one of our own rules found, for the model to look at. A finding informs: it neither refuses
 * a change nor waives anything, and its text may quote untrusted passages.
 */
export interface JudgeFinding {
  /** Which rule found it, as a heading in the prompt. */
  readonly topic: 'tests' | 'hygiene' | 'claims' | 'influence'
  /** One sentence or two: what was found, and why it matters. */
  readonly text: string
  /** Null if it is not about a place in a file. */
  readonly path: string | null
  readonly line: number | null
}
