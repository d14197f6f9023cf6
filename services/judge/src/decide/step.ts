import type { EvidenceItem } from '../gates/gate.ts'
import type { NamedResult } from '../gates/index.ts'
import type { Instant, Millis } from '../lib/instant.ts'
import type { OpenStatus, TerminalStatus } from '../run/lifecycle.ts'
import type { Reason } from '../run/reasons.ts'
import type { RunDecision, WaitingFor } from '../run/run.ts'
import type { Effect } from './effect.ts'

/** An effect with when it may begin, and why it has nowhere to go, where that is known already. */
export interface Wish {
  readonly effect: Effect
  /** Not before this moment; null: at once. */
  readonly notBefore: Instant | null
  /** How long an outside that is away is tried again, from the first try. */
  readonly patience: Millis
  readonly skip: string | null
}

/**
 * A text kept by its digest beside the decision: a prompt is asked from here, and from nowhere
 * else.
 */
export interface Blob {
  readonly digest: string
  readonly content: string
}

/** What a person can answer, in the order in which the answers are shown. */
export const optionIds = ['rerun', 'resume', 'accept', 'close'] as const
export type OptionId = (typeof optionIds)[number]

/** One answerable question to a person, with the answers that make sense for its reason. */
export interface Question {
  /**
   * `manual`: something must be put right outside. `authorization`: somebody must allow it.
   * `decision`: somebody must judge.
   */
  readonly type: 'manual' | 'authorization' | 'decision'
  readonly question: string
  readonly options: readonly { readonly id: OptionId; readonly text: string }[]
  /** The id of the option we would take. */
  readonly recommendation: OptionId
}

/** A question, when it is asked once more, and when it closes by itself. */
export interface EscalationDraft extends Question {
  readonly remindAt: Instant
  readonly deadline: Instant
}

/**
 * What to do with a run, completely: the commit writes it, the performers do it, and neither has
 * choices left. `stay` is for a run that has ended; `lookAt` says when time alone would change
 * that.
 */
export type Step =
  | {
      readonly kind: 'stay'
      readonly lookAt: Instant | null
      readonly wishes: readonly Wish[]
      readonly reminded: boolean
    }
  | {
      readonly kind: 'wait'
      readonly status: OpenStatus
      readonly because: string
      readonly waitingFor: readonly WaitingFor[]
      readonly deadline: Instant
      readonly lookAt: Instant
      readonly wishes: readonly Wish[]
      readonly blobs: readonly Blob[]
      /** What each gate said; empty for a run that is not judged yet. */
      readonly results: readonly NamedResult[]
    }
  | End

export interface End {
  readonly kind: 'end'
  readonly status: TerminalStatus
  readonly reason: Reason
  /** The reason beneath `attempts_exhausted`, `no_progress` and the like. */
  readonly causeReason: Reason | null
  readonly because: string
  readonly evidence: readonly EvidenceItem[]
  readonly decision: RunDecision | null
  readonly confidence: number | null
  readonly nextPrompt: string | null
  /** Equal for equal failures; null where nothing failed. */
  readonly fingerprint: string | null
  readonly attemptsUsed: number
  readonly wishes: readonly Wish[]
  readonly escalation: EscalationDraft | null
  readonly results: readonly NamedResult[]
}
