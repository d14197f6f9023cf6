import type { GateFacts } from '../gates/gate.ts'
import type { IssueMoney } from '../judge/budget.ts'
import type { CodeContext } from '../judge/context/code-context.ts'
import type { Verdict } from '../judge/verdict.ts'
import type { FailureKind } from '../lib/failure.ts'
import type { Instant } from '../lib/instant.ts'
import type { Known, UnreadableSource } from '../lib/known.ts'
import type { Attempt } from '../run/run.ts'
import type { SharedCause } from '../run/shared-cause.ts'
import type { Effect, EffectKind, EffectState } from './effect.ts'
import type { Withdrawal } from './find-withdrawal.ts'

/** An effect that an earlier step planned, and how it went. */
export interface RecordedEffect {
  readonly id: string
  readonly kind: EffectKind
  readonly key: string
  readonly state: EffectState
  readonly because: string | null
  readonly effect: Effect
  readonly createdAt: Instant
  readonly settledAt: Instant | null
  /** How its last try failed, if it was given up; null if that was not recorded. */
  readonly failure: FailureKind | null
  /** False if the receiver refused; null if its answer does not tell. */
  readonly accepted: boolean | null
  /** Why a dispatch was not sent: the attempt is no longer wanted. Null: it is. */
  readonly unwanted: Withdrawal | null
  /** True while a try is under way, whose result is not known yet. */
  readonly inFlight: boolean
  /** What had to be read before the last try was sent, and could not be; null: it was not that. */
  readonly unreadable: UnreadableSource | null
}

export interface OpenEscalation {
  readonly id: string
  readonly createdAt: Instant
  /** When to remind; null once that is done. */
  readonly remindAt: Instant | null
  readonly deadline: Instant
  readonly question: string
  readonly options: readonly { readonly id: string; readonly text: string }[]
  readonly recommendation: string
  /** Null: the question is about this run alone. */
  readonly shared: SharedQuestion | null
}

/** The question of several runs. Its messages are planned by `decideEscalation`. */
export interface SharedQuestion {
  readonly cause: SharedCause
  /** When this run was chosen to try again for all; null: it was not, or another was since. */
  readonly probedAt: Instant | null
}

/** What Argo says of a workflow; `contradicted`: it is other work than a run of this issue. */
export type CompletionState = 'running' | 'finished' | 'unknown' | 'contradicted'

/**
 * The end of a shared escalation that the run has not followed yet. What a person answered is
 * applied to each of its runs by `applyAnswers`.
 */
export interface Release {
  readonly kind: 'recovered' | 'unanswered' | 'answered'
  readonly because: string
}

/**
 * Everything known about a run at one moment. Facts that carry a commit are about the head under
 * judgement; facts about other commits are left out.
 */
export interface Facts extends GateFacts {
  /** The issue's earlier runs, oldest first, without runs that are only announced. */
  readonly siblings: readonly Attempt[]
  /** Attempts that a person granted on top of what policy allows. */
  readonly grantedAttempts: number
  readonly money: IssueMoney
  /** The number the next dispatch would announce; the commit checks that it is still free. */
  readonly nextOrdinal: number
  /**
   * Every verdict that still counts, with its citations checked. An `ask` effect that failed for
   * good counts as an `unavailable` verdict.
   */
  readonly verdicts: readonly Verdict[]
  /** Why the files that verdicts cite are not read yet, so that no verdict counts; or null. */
  readonly unreadCitations: string | null
  /** The code around the change, for the question that is to be asked now; null: there is none. */
  readonly codeContext: Known<CodeContext> | null
  readonly effects: readonly RecordedEffect[]
  /** The address of the run's page. */
  readonly runUrl: string
  readonly ciUrl: string | null
  /** What the last observation saw, for steps that observe nothing, such as a person's action. */
  readonly lastSeen: { readonly prUrl: string | null; readonly ciStatus: string | null }
  /** How often the run was polled in its present wait. */
  readonly pollCount: number
  /** By what factor polls must be spread out to stay within GitHub's rate limit; at least 1. */
  readonly pollStretch: number
  /**
   * The state of the workflow in Argo: while a reported completion is unconfirmed, and once an
   * announced run has waited too long for its completion. Null: Argo was not asked.
   */
  readonly completion: Known<CompletionState> | null
  /** Why no attempt can be dispatched; null: it can, or policy only observes. */
  readonly dispatchOff: string | null
  readonly escalation: OpenEscalation | null
  readonly release: Release | null
  /**
   * Since when an ended run is compared with GitHub again, because something was closed or opened
   * there; null: it is not.
   */
  readonly reconsiderAt: Instant | null
  /** True if the issue has a run after this one that was not superseded. */
  readonly hasNewerRun: boolean
}
