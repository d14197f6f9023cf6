import type { FailureIdentity } from '../ci/commit-checks.ts'
import type { AskBudget } from '../judge/cost.ts'
import type { VerdictSubject } from '../judge/verdict.ts'
import type { Instant, Millis } from '../lib/instant.ts'
import type { CommitSha } from '../run/run.ts'
import type { CheckRunText } from '../text/check-run.ts'
import type { MemoryDraft } from '../text/memory.ts'
import type { ReviewContext } from '../text/review-context.ts'

/**
 * Something to do in an external system, described so completely that the performer decides
 * nothing and reads nothing else. Its key names the external object it is about, so that planning
 * the same effect twice stores it once. Stored as JSON: property names never change.
 */
export type Effect =
  | {
      readonly kind: 'ask'
      readonly key: string
      readonly model: string
      readonly subject: VerdictSubject
      readonly promptDigest: string
      readonly money: AskBudget
      readonly timeout: Millis
      readonly patience: Millis
      /** True if a run that has ended asks, to find out whether the model answers again. */
      readonly probe?: true
    }
  | {
      readonly kind: 'dispatch'
      readonly key: string
      readonly task: DispatchTask
      readonly notBefore: Millis
      readonly patience: Millis
      /** The person who asked for the attempt; absent: the service decided on it. */
      readonly asked?: { readonly by: string; readonly at: Instant }
    }
  /** `edits` is the key of the effect whose message is to be edited; null: send a new message. */
  | {
      readonly kind: 'discord'
      readonly key: string
      readonly channel: 'success' | 'escalation'
      readonly what: string
      readonly text: string
      readonly edits: string | null
    }
  /** Recorded as skipped where the repository or the commit is not known. */
  | {
      readonly kind: 'status'
      readonly key: string
      readonly repository: string | null
      readonly commit: CommitSha | null
      readonly context: string
      readonly state: 'pending' | 'success' | 'failure' | 'error'
      readonly description: string
      /** Set it as a check run, where the credentials can; absent: as a commit status. */
      readonly checkRun?: CheckRunText
    }
  /** Ten memories; none, and recorded as skipped, where the repository or issue is not known. */
  | { readonly kind: 'remember'; readonly key: string; readonly memories: readonly MemoryDraft[] }
  | {
      readonly kind: 'requestReview'
      readonly key: string
      readonly repository: string
      readonly prNumber: number
      readonly commit: CommitSha
    }
  /** The one comment on a pull request by which people are asked, with what became of it. */
  | {
      readonly kind: 'comment'
      readonly key: string
      readonly repository: string
      readonly prNumber: number
      /** The whole text, but for its hidden mark. */
      readonly text: string
      /** The part that stays once the question is resolved. */
      readonly question: string
      /** The whole text if a newer run takes over; then no decision of this run says so. */
      readonly superseded: string
      /** Whether it asks, so that answers are looked for. */
      readonly open: boolean
    }
  | {
      readonly kind: 'rerunChecks'
      readonly key: string
      readonly repository: string
      readonly commit: CommitSha
      readonly target:
        | {
            readonly kind: 'actions'
            readonly workflowRunId: number
            /** The attempt that failed; if Actions is at a later one, it was re-run already. */
            readonly runAttempt: number
          }
        | { readonly kind: 'suite'; readonly suiteId: number }
      readonly checks: readonly FailureIdentity[]
    }

export type EffectKind = Effect['kind']
export type EffectByKind<K extends EffectKind> = Extract<Effect, { kind: K }>

/** `unknown`: a try was sent and its answer was lost; the receiver is asked before the next try. */
export type EffectState = 'pending' | 'done' | 'skipped' | 'replaced' | 'unknown' | 'failed'

/**
 * The next attempt, as data; the performer encodes it for the dispatcher
 * (proto/codex/v1/codex_task.proto).
 */
export interface DispatchTask {
  readonly deliveryId: string
  readonly ordinal: number
  readonly prompt: string
  readonly repository: string
  readonly base: string
  readonly head: string
  readonly issueNumber: number
  readonly issueUrl: string
  readonly issueTitle: string
  readonly issueBody: string
  readonly sender: string
  readonly reviewContext: ReviewContext | null
  readonly iterations: {
    readonly mode: string
    readonly count: number | null
    readonly min: number | null
    readonly max: number | null
    readonly stopOn: readonly string[]
    readonly reason: string
  } | null
  readonly iterationCycle: number | null
  readonly autonomous: boolean | null
}
