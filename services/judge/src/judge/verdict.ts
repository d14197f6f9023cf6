import type { FailureKind } from '../lib/failure.ts'
import type { Instant } from '../lib/instant.ts'
import type { CommitSha } from '../run/run.ts'
import type { BudgetName } from './cost.ts'

export interface Citation {
  readonly path: string
  readonly line: number
  readonly quote: string
}

export interface RequirementCoverage {
  readonly requirement: string
  readonly evidence: readonly Citation[]
  readonly met: boolean
}

/** Whether an edit of tests that no rule can settle still checks as much as before. */
export interface TestEditAnswer {
  readonly question: string
  readonly evidence: readonly Citation[]
  readonly still_checks: boolean
}

/** A model's answer, on the schema of answer-schema.ts: evidence first, decision last. */
export interface VerdictAnswer {
  readonly requirements_coverage: readonly RequirementCoverage[]
  /** Only if the model was asked about edits of tests. */
  readonly test_edits?: readonly TestEditAnswer[]
  readonly missing_items: readonly string[]
  readonly suggested_fixes: readonly string[]
  readonly injection_attempts: readonly string[]
  readonly next_prompt: string
  readonly prompt_tuning_suggestions: readonly string[]
  readonly system_improvement_suggestions: readonly string[]
  readonly scores: Readonly<
    Record<
      | 'correctness'
      | 'requirement_satisfaction'
      | 'maintainability'
      | 'testability'
      | 'simplicity'
      | 'risk_inverse',
      number
    >
  >
  readonly decision: 'pass' | 'fail'
  readonly confidence: number
}

/** What a verdict is about. Another head, diff or issue text needs another verdict. */
export interface VerdictSubject {
  readonly commit: CommitSha
  readonly diffDigest: string
  readonly issueDigest: string
}

export const isSameSubject = (a: VerdictSubject, b: VerdictSubject): boolean =>
  a.commit === b.commit && a.diffDigest === b.diffDigest && a.issueDigest === b.issueDigest

/**
 * The result of asking one model once. Only `valid` counts. After `invalid` (off the schema, a pass
 * without evidence, …) the model is asked again, with the fault named. `unavailable`: no answer
 * within the policy's patience, or a refusal. `budget`: not asked, because a budget did not allow
 * it.
 */
export interface Verdict {
  readonly id: string
  readonly model: string
  readonly subject: VerdictSubject
  readonly at: Instant
  readonly result:
    | { readonly kind: 'valid'; readonly answer: VerdictAnswer }
    | { readonly kind: 'invalid'; readonly fault: string }
    | {
        readonly kind: 'unavailable'
        readonly because: string
        /** How the last try failed; null if that was not recorded. */
        readonly failure: FailureKind | null
      }
    | {
        readonly kind: 'budget'
        readonly because: string
        /** The budget that is used up; null if that was not recorded. */
        readonly budget: BudgetName | null
      }
}

export interface Requirement {
  /** From 1, in the issue's order. */
  readonly number: number
  readonly text: string
}
