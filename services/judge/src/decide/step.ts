import type { EvidenceItem } from '../gates/gate.ts'
import type { NamedResult } from '../gates/index.ts'
import type { Instant, Millis } from '../lib/instant.ts'
import type { AttemptRecord, Uptake } from '../run/attempt-record.ts'
import type { Mover, OpenStatus, TerminalStatus } from '../run/lifecycle.ts'
import type { Reason } from '../run/reasons.ts'
import type { RunDecision, Wait } from '../run/run.ts'
import type { SharedCause } from '../run/shared-cause.ts'
import type { Question } from '../text/question.ts'
import type { Effect } from './effect.ts'

/** An effect that a step wants carried out, and when. */
export interface PlannedEffect {
  readonly effect: Effect
  /** The effect may not begin before this moment; null: it may begin at once. */
  readonly notBefore: Instant | null
  /** How long the effect is retried while its receiver is unavailable, from the first try. */
  readonly patience: Millis
  /** Why the effect can never be carried out; it is then recorded as skipped. */
  readonly skip: string | null
}

/** A text stored by its digest together with the step, such as the prompt of an `ask` effect. */
export interface TextBlob {
  readonly digest: string
  readonly content: string
}

/** A question to a person, when it is asked again, and when the run closes without an answer. */
export interface EscalationDraft extends Question {
  readonly remindAt: Instant
  readonly deadline: Instant
  /** The cause that other runs may share; null: the question is about this run alone. */
  readonly shared: SharedDraft | null
}

/** A run joins the open escalation of its key, or opens it. */
export interface SharedDraft {
  readonly key: string
  readonly cause: SharedCause
  /** When one of the runs tries again for the first time; null: none does. */
  readonly probeAt: Instant | null
}

/** An effect that was given up, to be tried again: once, or with its full patience. */
export interface EffectRetry {
  readonly effectId: string
  readonly once: boolean
}

/**
 * What to do with a run. A step is complete: the commit writes it and the performers carry out its
 * effects, and neither decides anything.
 */
export type Step = StayStep | WaitStep | EndStep

/** The run stays as it is. */
export interface StayStep {
  readonly kind: 'stay'
  /** When time alone would change the step; null: never. */
  readonly pollAt: Instant | null
  readonly effects: readonly PlannedEffect[]
  readonly blobs: readonly TextBlob[]
  readonly retry: EffectRetry | null
  /** True if the step sends the reminder of an open question. */
  readonly reminded: boolean
  /** True if the run is to be compared with GitHub at the next poll, too. */
  readonly reconsiders: boolean
}

/** The run stays as it is, and nothing happens but what `over` says. */
export const createStay = (over: Partial<Omit<StayStep, 'kind'>> = {}): StayStep => ({
  kind: 'stay',
  pollAt: null,
  effects: [],
  blobs: [],
  retry: null,
  reminded: false,
  reconsiders: false,
  ...over,
})

/** The run stays open, or is opened again, and waits. */
export interface WaitStep {
  readonly kind: 'wait'
  readonly status: OpenStatus
  /** What moves the run, if the step changes its status. */
  readonly mover: Mover
  readonly because: string
  /** The wait that decides first, then whatever else is still open. */
  readonly waitingFor: readonly Wait[]
  readonly deadline: Instant
  readonly pollAt: Instant
  readonly effects: readonly PlannedEffect[]
  readonly blobs: readonly TextBlob[]
  /** True if the cause that the run shares with others is over, so that they go on, too. */
  readonly recovers: boolean
  /** Every gate's result; empty for a run that is not judged yet. */
  readonly results: readonly NamedResult[]
}

/** The run ends. */
export interface EndStep {
  readonly kind: 'end'
  readonly status: TerminalStatus
  /** What moves the run. */
  readonly mover: Mover
  readonly reason: Reason
  /** The underlying reason of `attempts_exhausted`, `no_progress` and the like. */
  readonly causeReason: Reason | null
  readonly because: string
  readonly evidence: readonly EvidenceItem[]
  readonly decision: RunDecision | null
  readonly confidence: number | null
  readonly nextPrompt: string | null
  /** Equal for equal failures; null where nothing failed. */
  readonly fingerprint: string | null
  /** What later attempts must know of this one; null if nothing was judged. */
  readonly record: AttemptRecord | null
  /** What became of the instructions that the run was given; empty: it was given none. */
  readonly uptake: readonly Uptake[]
  readonly attemptsUsed: number
  readonly effects: readonly PlannedEffect[]
  readonly retry: EffectRetry | null
  readonly escalation: EscalationDraft | null
  /** True if the cause that the run shares with others is over, so that they go on, too. */
  readonly recovers: boolean
  readonly results: readonly NamedResult[]
}
