import type { Instant } from '../lib/instant.ts'
import type { CommitSha, RunClaims, Signal } from './run.ts'

/**
 * Where each claim came from: field name → `top level`, `eventBody`, `annotations`, … Shown to
 * people who ask why.
 */
export type Provenance = Readonly<Partial<Record<keyof RunClaims, string>>>

/**
 * Texts of a notify, kept as they came; merged field by field, and nothing ever replaces something.
 */
export interface Enrichment {
  readonly issuedAt: Instant | null
  readonly lastMessage: string | null
  readonly judgeOutput: string | null
  readonly excerpts: Readonly<Partial<Record<ExcerptName, string>>>
  readonly outputPaths: Readonly<Record<string, string>>
}
export const excerptNames = ['output', 'events', 'agent', 'runtime', 'status'] as const
export type ExcerptName = (typeof excerptNames)[number]

/**
 * What ingest makes of any message; nothing downstream knows which transport or shape it came in.
 * An event records and nudges. It never decides.
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
  /**
   * A stage beside the implementation (judge, review, deploy) that belongs to a run but is no
   * attempt.
   */
  | {
      readonly kind: 'stage.reported'
      readonly claims: RunClaims
      readonly provenance: Provenance
      readonly enrichment: Enrichment | null
    }

/**
 * GitHub said that something changed. What is true is read from its API; this only says whose runs
 * to look at.
 */
export interface GithubChanged {
  readonly kind: 'github.changed'
  readonly repository: string
  readonly signal: Signal
  /** Every way the webhook names what it is about; a run matches by any of them. */
  readonly about: {
    readonly commits: readonly CommitSha[]
    readonly branches: readonly string[]
    readonly pullRequests: readonly number[]
    readonly issues: readonly number[]
  }
  /** A branch that now points somewhere else, where the webhook says so (push, synchronize). */
  readonly push: {
    readonly branch: string
    readonly before: CommitSha | null
    readonly after: CommitSha
    readonly forced: boolean
  } | null
  /**
   * Might this be the last signal a wait needs (a check completed, a review submitted)? Others
   * coalesce.
   */
  readonly decisive: boolean
}
