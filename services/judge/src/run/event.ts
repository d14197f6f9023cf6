import type { Instant } from '../lib/instant.ts'
import type { AgentUsage, CommitSha, RunClaims, Signal } from './run.ts'

/** Where each claim came from, by field: `top level`, `eventBody`, `annotations`, … */
export type Provenance = Readonly<Partial<Record<keyof RunClaims, string>>>

/** Texts of a notify, merged field by field; an absent text never replaces a present one. */
export interface Enrichment {
  readonly issuedAt: Instant | null
  readonly lastMessage: string | null
  readonly judgeOutput: string | null
  /** The tokens that the notify reports for its thread. */
  readonly usage: AgentUsage | null
  readonly excerpts: Readonly<Partial<Record<ExcerptName, string>>>
  readonly outputPaths: Readonly<Record<string, string>>
}
export const excerptNames = ['output', 'events', 'agent', 'runtime', 'status'] as const
export type ExcerptName = (typeof excerptNames)[number]

/**
 * A parsed message, independent of its transport and format. An event is recorded and nudges runs;
 * it never decides.
 */
export type Event =
  | {
      readonly kind: 'workflow.finished'
      readonly claims: RunClaims
      readonly provenance: Provenance
      readonly enrichment: Enrichment | null
    }
  | {
      readonly kind: 'run.enriched'
      readonly claims: RunClaims
      readonly provenance: Provenance
      readonly enrichment: Enrichment
    }
  | GithubChanged
  /** Another stage of a run (judge, review, deploy), which is not an attempt. */
  | {
      readonly kind: 'stage.reported'
      readonly claims: RunClaims
      readonly provenance: Provenance
      readonly enrichment: Enrichment | null
    }

/** Something changed on GitHub. The event only selects runs; their state is read from the API. */
export interface GithubChanged {
  readonly kind: 'github.changed'
  readonly repository: string
  readonly signal: Signal
  /** Everything that the webhook names; a run matches by any of it. */
  readonly about: {
    readonly commits: readonly CommitSha[]
    readonly branches: readonly string[]
    readonly pullRequests: readonly number[]
    readonly issues: readonly number[]
  }
  /** The new head of a branch; null unless the webhook is a push or a synchronize. */
  readonly push: {
    readonly branch: string
    readonly before: CommitSha | null
    readonly after: CommitSha
    readonly forced: boolean
    /**
     * A moment by which it had been pushed, however late the message is. Null: nothing in the
     * message that a contributor cannot choose tells one.
     */
    readonly provenAt: Instant | null
  } | null
  /** Whether it may be the last signal that a wait needs, such as a completed check. */
  readonly decisive: boolean
  /**
   * Whether a pull request or issue was closed, merged or opened again, which concerns ended runs,
   * too.
   */
  readonly reconsiders: boolean
  /** Whether a person's comment may answer a question that the service asked. */
  readonly answers: boolean
}
