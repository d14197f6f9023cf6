import type { SeenFailure } from '../ci/commit-checks.ts'
import type { AskMoney } from '../judge/cost.ts'
import type { VerdictSubject } from '../judge/verdict.ts'
import type { Millis } from '../lib/instant.ts'
import type { CommitSha } from '../run/run.ts'

/**
 * Something to be done outside, decided and described completely: the performer has no choices left
 * and reads nothing but this. Each has a key that names the outside object it is about, so that the
 * same wish twice is one row.
 */
export type Effect =
  | {
      readonly kind: 'ask'
      readonly key: string
      readonly model: string
      readonly subject: VerdictSubject
      readonly promptDigest: string
      readonly money: AskMoney
      readonly timeout: Millis
      readonly patience: Millis
    }
  | {
      readonly kind: 'dispatch'
      readonly key: string
      readonly task: Task
      readonly notBefore: Millis
      readonly patience: Millis
    }
  /**
   * `edits` is the key of the effect that sent the message to be changed; null: a message of its
   * own.
   */
  | {
      readonly kind: 'discord'
      readonly key: string
      readonly channel: 'success' | 'escalation'
      readonly what: string
      readonly text: string
      readonly edits: string | null
    }
  /** Without a repository or a commit there is nothing to set it on: it is recorded as skipped. */
  | {
      readonly kind: 'status'
      readonly key: string
      readonly repository: string | null
      readonly commit: CommitSha | null
      readonly context: string
      readonly state: 'pending' | 'success' | 'failure' | 'error'
      readonly description: string
    }
  /**
   * Ten memories, or none for a run of unknown repository or issue: then it is recorded as skipped.
   */
  | { readonly kind: 'remember'; readonly key: string; readonly memories: readonly MemoryDraft[] }
  | {
      readonly kind: 'requestReview'
      readonly key: string
      readonly repository: string
      readonly prNumber: number
      readonly commit: CommitSha
    }
  | {
      readonly kind: 'rerunChecks'
      readonly key: string
      readonly repository: string
      readonly commit: CommitSha
      readonly target:
        | {
            readonly kind: 'actions'
            readonly workflowRunId: number /** The attempt whose failures were seen: a later one means that it was re-run already. */
            readonly runAttempt: number
          }
        | { readonly kind: 'suite'; readonly suiteId: number }
      readonly checks: readonly SeenFailure[]
    }

export type EffectKind = Effect['kind']
export type EffectOf<K extends EffectKind> = Extract<Effect, { kind: K }>

/** `unknown`: a try whose answer was never seen; it is looked up outside before the next. */
export type EffectState = 'pending' | 'done' | 'skipped' | 'replaced' | 'unknown' | 'failed'

/** The next attempt, as data; the performer encodes it (wire section 6). */
export interface Task {
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

export interface ReviewContext {
  readonly summary: string | null
  readonly threads: readonly {
    readonly summary: string
    readonly url: string
    readonly author: string
  }[]
  readonly failingChecks: readonly {
    readonly name: string
    readonly conclusion: string
    readonly url: string
    readonly details: string
  }[]
  readonly notes: readonly string[]
}

export const memoryKinds = [
  'run_summary',
  'decision',
  'prompt',
  'next_prompt',
  'output_log',
  'agent_log',
  'runtime_log',
  'event_log',
  'review',
  'pull_request',
] as const
export type MemoryKind = (typeof memoryKinds)[number]

export interface MemoryDraft {
  readonly kind: MemoryKind
  readonly namespace: string
  readonly summary: string
  readonly content: string
  readonly tags: readonly string[]
  readonly metadata: Readonly<Record<string, string | number | null>>
  /**
   * Nothing was looked at for it: the content of an earlier decision's memory stays, where there is
   * one.
   */
  readonly keepsEarlier?: true
}
