import type { GateFacts } from '../gates/gate.ts'
import type { Verdict } from '../judge/verdict.ts'
import type { Instant } from '../lib/instant.ts'
import type { Enrichment } from '../run/event.ts'
import type { Attempt } from '../run/run.ts'
import type { Effect, EffectKind, EffectState } from './effect.ts'

/** An effect as decisions see it: what was wished, and how it went. */
export interface EffectSeen {
  readonly id: string
  readonly kind: EffectKind
  readonly key: string
  readonly state: EffectState
  readonly because: string | null
  readonly effect: Effect
  readonly createdAt: Instant
  readonly settledAt: Instant | null
  /**
   * False where the receiver answered that it will not; null where its answer says nothing of that
   * kind.
   */
  readonly accepted: boolean | null
}

export interface OpenEscalation {
  readonly id: string
  readonly createdAt: Instant
  /** Null once reminded. */
  readonly remindAt: Instant | null
  readonly deadline: Instant
  readonly question: string
  readonly options: readonly { readonly id: string; readonly text: string }[]
  readonly recommendation: string
}

/**
 * Everything known at one moment. What carries a commit is about the head under judgement, or it is
 * not here.
 */
export interface Facts extends GateFacts {
  /** The earlier runs, oldest first; announcements left out. */
  readonly siblings: readonly Attempt[]
  /** Attempts a person granted beyond policy. */
  readonly grantedAttempts: number
  /** The number the next dispatch would announce; the commit checks that it is still free. */
  readonly nextOrdinal: number
  /**
   * Every verdict that still counts, its citations checked; asks that gave up are `unavailable`
   * ones.
   */
  readonly verdicts: readonly Verdict[]
  /** Why the verdicts cannot be used yet (files they cite are not read), or null. */
  readonly verdictsUnread: string | null
  readonly effects: readonly EffectSeen[]
  readonly enrichment: Enrichment | null
  /** Where the run is shown. */
  readonly runUrl: string
  readonly ciUrl: string | null
  /**
   * What the last look saw: all there is to tell where a person decides and nothing is looked at.
   */
  readonly seen: { readonly prUrl: string | null; readonly ciStatus: string | null }
  /** Looks already taken in the present wait. */
  readonly looks: number
  /**
   * At least 1: how much rarer than usual looks must be for GitHub's budget to carry every wait.
   */
  readonly stretch: number
  /**
   * What Argo says of an announced run whose patience is over; null before that, or where Argo is
   * not configured.
   */
  readonly completion: 'running' | 'finished' | 'unknown' | null
  readonly escalation: OpenEscalation | null
}
