/**
 * What a test file says, independent of its language. A fact carries the lines of the file that it
 * spans, from 1, both inclusive.
 */
export interface Span {
  readonly line: number
  readonly endLine: number
}

/**
 * How much a check demands, from the least. `nothing`: true whatever the code does. `runs`: the
 * code was called, or did not fail. `exists`: there is a value, it is truthy, some error is thrown.
 * `shape`: a type, a size, a part, a pattern or a bound. `equal`: an exact value or error.
 */
export const strengths = ['nothing', 'runs', 'exists', 'shape', 'equal'] as const
export type Strength = (typeof strengths)[number]

/** A suite, a test or one case of a parametrised test; its span holds its body. */
export interface CaseFact extends Span {
  readonly kind: 'case'
  readonly level: 'suite' | 'test' | 'parameter'
  /** The name as written, without quotes; for a parameter its text. */
  readonly name: string
  /** False if a runner does not collect it, such as a method that lost its annotation. */
  readonly collected: boolean
}

export interface AssertionFact extends Span {
  readonly kind: 'assertion'
  /** What is checked, such as `result.total`; white space collapsed. */
  readonly subject: string
  /** The verb as written, such as `toEqual`, `==` or `assertContains`. */
  readonly matcher: string
  /** What it is compared with; null if there is nothing to compare with. */
  readonly expected: string | null
  readonly negated: boolean
  readonly strength: Strength
  /** How far a value may be off, in its own unit: larger is weaker; null if it must be exact. */
  readonly tolerance: number | null
  /** The condition under which alone it is checked: the innermost one within its test; or null. */
  readonly condition: string | null
  /** True if its failure is caught and dropped. */
  readonly swallowed: boolean
  /** The whole text, white space collapsed. */
  readonly text: string
}

/** Something that keeps a test from running, or its failure from counting. */
export interface MarkFact extends Span {
  readonly kind: 'mark'
  readonly mark: 'skip' | 'focus' | 'expected_failure' | 'build_tag' | 'deselected'
  /** The condition under which it applies, as written; null if it always applies. */
  readonly condition: string | null
  /**
   * True if the condition is about the machine and not about the code: its operating system, a
   * missing tool, credential or service. Such a skip is honest.
   */
  readonly aboutHost: boolean
  readonly text: string
}

/** How often something is tried again before it counts as failed. */
export interface RetryFact extends Span {
  readonly kind: 'retry'
  readonly count: number
  readonly text: string
}

/** A part of the program that is replaced for the test. */
export interface MockFact extends Span {
  readonly kind: 'mock'
  /** The name of what is replaced: a module path, a function, a method. */
  readonly target: string
  readonly text: string
}

/** Code of a test that drops an error, so that a failure does not fail the test. */
export interface SwallowFact extends Span {
  readonly kind: 'swallow'
  readonly text: string
}

/** The test process ends as passed, whatever its tests say; or a test returns before its checks. */
export interface ExitFact extends Span {
  readonly kind: 'exit'
  readonly exit: 'process' | 'early_return'
  readonly condition: string | null
  readonly aboutHost: boolean
  readonly text: string
}

/** A check or a test that stands in a comment. */
export interface CommentedFact extends Span {
  readonly kind: 'commented'
  /** The code without the signs of the comment, white space collapsed. */
  readonly text: string
}

/** The number of assertions that a test declares, such as `expect.assertions(2)` or `t.plan(2)`. */
export interface PlanFact extends Span {
  readonly kind: 'plan'
  /** Null if it only says "at least one". */
  readonly count: number | null
  readonly text: string
}

export type TestFact =
  | CaseFact
  | AssertionFact
  | MarkFact
  | RetryFact
  | MockFact
  | SwallowFact
  | ExitFact
  | CommentedFact
  | PlanFact
