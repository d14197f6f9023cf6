import { earliest, type Instant, latest } from '../lib/instant.ts'

/** What is known about when a commit became the head of an open pull request. */
export interface HeadHistory {
  readonly pullRequestCreatedAt: Instant
  /** When it was last marked ready; null if it never was a draft. */
  readonly readyAt: Instant | null
  /** When a push or synchronize webhook named this head; null if none was received. */
  readonly pushSeenAt: Instant | null
  /** When the commit's earliest check suite was created, GitHub's closest record of a push. */
  readonly firstSuiteAt: Instant | null
  /** The committer's date, from the clock of the machine that committed. */
  readonly committedAt: Instant | null
  /** When we first read this head. */
  readonly firstSeenAt: Instant
  /** When another head of the pull request was last read or named by a webhook; null if never. */
  readonly lastOtherHeadAt: Instant | null
}

/**
 * The moment from which a review can be about this head. What names no commit only counts if it is
 * newer. The latest of all sources is taken, because a reaction to the previous head must not pass.
 */
export function computeReviewableSince(head: HeadHistory): Instant {
  return latest(head.pullRequestCreatedAt, head.readyAt, findPushTime(head), head.lastOtherHeadAt)
}

/** When the head was pushed, by the best source there is; sources are never combined. */
function findPushTime(head: HeadHistory): Instant {
  if (head.pushSeenAt !== null) return head.pushSeenAt
  if (head.firstSuiteAt !== null) return head.firstSuiteAt
  if (head.committedAt === null) return head.firstSeenAt
  // A commit can carry any date, but it was pushed before we saw it.
  return earliest(head.committedAt, head.firstSeenAt)
}
