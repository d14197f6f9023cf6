import type { Instant } from '../lib/instant.ts'
import type { Reason } from '../run/reasons.ts'

/** Why a shared escalation ended. `left`: none of its runs waits for it any more. */
export type EscalationResolution = 'recovered' | 'answered' | 'unanswered' | 'left'

/** A question that several runs wait for, as far as a decision about it needs it. */
export interface SharedEscalation {
  readonly id: string
  readonly state: 'open' | 'answered' | 'closed'
  readonly resolution: EscalationResolution | null
  readonly reason: Reason
  readonly question: string
  readonly options: readonly { readonly id: string; readonly text: string }[]
  readonly recommendation: string
  /** Why the first of its runs waits. */
  readonly explanation: {
    readonly reason: Reason
    readonly causeReason: Reason | null
    readonly because: string
  }
  /** When to remind; null once that is done. */
  readonly remindAt: Instant | null
  readonly deadline: Instant
  /** When a run tries again; null: none does. */
  readonly probeAt: Instant | null
  /** The run that would try next; null: there is none. */
  readonly prober: string | null
  /** True while the last try is not answered. */
  readonly isProbing: boolean
  readonly answer: {
    readonly by: string
    readonly what: string
    readonly note: string | null
  } | null
  /** The message that asked, with its newest text; null: none was planned. */
  readonly message: {
    readonly key: string
    readonly text: string | null
    readonly wasEdited: boolean
  } | null
  /** Distinguishes the edits of the message. */
  readonly edition: number
  /** The first of its runs: those that wait, or all that it had when it was resolved. */
  readonly runs: readonly SharedRun[]
  /** How many runs wait for it, or still have to follow its resolution. */
  readonly runCount: number
}

/** A run as the messages of a shared escalation show it. */
export interface SharedRun {
  readonly repository: string | null
  readonly issueNumber: number | null
  readonly issueUrl: string | null
  readonly prNumber: number | null
  readonly prUrl: string | null
  readonly ciStatus: string | null
  readonly ciUrl: string | null
  readonly runUrl: string
  readonly artifacts: readonly string[]
}
