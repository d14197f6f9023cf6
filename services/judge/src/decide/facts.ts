import type { GateFacts } from '../gates/gate.ts'
import type { Verdict } from '../judge/verdict.ts'
import type { Instant } from '../lib/instant.ts'
import type { Enrichment } from '../run/event.ts'
import type { Attempt } from '../run/run.ts'
import type { Effect, EffectKind, EffectState } from './effect.ts'

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
  /** False if the receiver refused; null if its answer does not tell. */
  readonly accepted: boolean | null
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
}

/**
 * Everything known about a run at one moment. Facts that carry a commit are about the head under
 * judgement; facts about other commits are left out.
 */
export interface Facts extends GateFacts {
  /** The earlier runs, oldest first, without runs that are only announced. */
  readonly siblings: readonly Attempt[]
  /** Attempts that a person granted on top of what policy allows. */
  readonly grantedAttempts: number
  /** The number the next dispatch would announce; the commit checks that it is still free. */
  readonly nextOrdinal: number
  /**
   * Every verdict that still counts, with its citations checked. An `ask` effect that failed for
   * good counts as an `unavailable` verdict.
   */
  readonly verdicts: readonly Verdict[]
  /** Why the files that verdicts cite are not read yet, so that no verdict counts; or null. */
  readonly unreadCitations: string | null
  readonly effects: readonly RecordedEffect[]
  readonly enrichment: Enrichment | null
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
   * The state of the workflow in Argo, once an announced run has waited too long for its
   * completion; null before that, and where Argo is not configured.
   */
  readonly completion: 'running' | 'finished' | 'unknown' | null
  readonly escalation: OpenEscalation | null
}
