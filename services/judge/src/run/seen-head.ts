import type { Instant } from '../lib/instant.ts'
import type { CommitSha } from './run.ts'

/** A commit that was observed as the head of a branch. */
export interface SeenHead {
  readonly sha: CommitSha
  readonly firstSeenAt: Instant
  readonly lastSeenAt: Instant
  /** When a webhook named it first; null if only readings did. */
  readonly pushedAt: Instant | null
  /** By when it had been pushed at the latest, if a webhook proves it, however late it was. */
  readonly provenAt: Instant | null
  /** When a later head was observed; null for the latest. */
  readonly replacedAt: Instant | null
}
