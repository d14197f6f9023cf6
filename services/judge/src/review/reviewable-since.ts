import { earliest, type Instant, latest } from '../lib/instant.ts'

/** What is known about how a head came to be the head of an open pull request. */
export interface HeadHistory {
  readonly pullRequestCreatedAt: Instant
  /** The last time it was marked ready; null if it never was a draft. */
  readonly readyAt: Instant | null
  /** When a push or synchronize webhook named this head; null: none was received. */
  readonly pushSeenAt: Instant | null
  /**
   * When the earliest check suite of the commit was created: the closest that GitHub keeps to a
   * push.
   */
  readonly firstSuiteAt: Instant | null
  /** The committer's date: whatever the machine that committed believed. */
  readonly committedAt: Instant | null
  /** When we first read this head. */
  readonly firstSeenAt: Instant
  /**
   * The last moment at which we read or were told of another head of the pull request; null: never.
   */
  readonly lastOtherHeadAt: Instant | null
}

/**
 * The moment from which a review can be about this head: what says no commit counts only if it came
 * later. A reaction to the head before this one must not pass, so wherever sources differ the later
 * moment is taken.
 */
export function reviewableSince(head: HeadHistory): Instant {
  return latest(head.pullRequestCreatedAt, head.readyAt, pushedAt(head), head.lastOtherHeadAt)
}

/** The best source alone decides: a weaker one is used where no better exists, never mixed in. */
function pushedAt(head: HeadHistory): Instant {
  if (head.pushSeenAt !== null) return head.pushSeenAt
  if (head.firstSuiteAt !== null) return head.firstSuiteAt
  if (head.committedAt === null) return head.firstSeenAt
  // A commit can be dated as anybody likes, but it was not pushed after we had seen it. That it
  // counts no earlier than the pull request holds for every source.
  return earliest(head.committedAt, head.firstSeenAt)
}
