import type { CheckSuite } from '../github/snapshot.ts'
import { earliest, type Instant, latest, type Millis } from '../lib/instant.ts'

/** What is known about when a commit became the head of an open pull request. */
export interface HeadHistory {
  readonly pullRequestCreatedAt: Instant
  /** When it was last marked ready; null if it never was a draft. */
  readonly readyAt: Instant | null
  /** By when a webhook proves that this head was pushed; null if none does. */
  readonly pushProvenAt: Instant | null
  /** When a push or synchronize webhook named this head first; null if none was received. */
  readonly pushSeenAt: Instant | null
  readonly branch: string
  /** The commit's check suites, GitHub's closest record of its pushes. */
  readonly suites: readonly Pick<CheckSuite, 'createdAt' | 'branch'>[]
  /** The committer's date, from the clock of the machine that committed. */
  readonly committedAt: Instant | null
  /** When we first read this head. */
  readonly firstSeenAt: Instant
  /** When another head of the branch is last known to have been the head; null if never. */
  readonly lastOtherHeadAt: Instant | null
}

/**
 * The moment from which a review can be about this head. What names no commit only counts if it is
 * newer. The latest of all sources is taken, because a reaction to the previous head must not pass.
 */
export function computeReviewableSince(head: HeadHistory): Instant {
  return latest(head.pullRequestCreatedAt, head.readyAt, findPushTime(head), head.lastOtherHeadAt)
}

/**
 * By when the head was pushed. Each proof is at or after the push, however late we heard of it, so
 * the earliest is the closest. None of them is chosen by a contributor, who could otherwise make a
 * 👍 for the head before count for this one. Only where there is no proof at all the committer's
 * date is used, between the creation of the pull request and our first reading of this head.
 */
function findPushTime(head: HeadHistory): Instant {
  const { pushProvenAt, pushSeenAt, committedAt, firstSeenAt, lastOtherHeadAt } = head
  const proofs = [pushProvenAt, pushSeenAt, ...listSuiteTimes(head)].filter(
    (moment) => moment !== null,
  )
  // A commit can become the head again. What is older than another head proves an earlier push.
  const current = proofs.filter((moment) => moment >= (lastOtherHeadAt ?? moment))
  const [proof, ...others] = current.length > 0 ? current : proofs
  if (proof !== undefined) return earliest(proof, ...others)
  return committedAt === null ? firstSeenAt : earliest(committedAt, firstSeenAt)
}

/**
 * When suites were created for the push to this branch. The commit may have been pushed to another
 * branch before: a suite of that push proves nothing. GitHub does not name the branch of every
 * suite (a deleted one has no name); such a suite counts unless it is older than a proven push.
 */
function listSuiteTimes({ branch, suites, pushProvenAt }: HeadHistory): readonly Instant[] {
  return suites.flatMap(({ createdAt, branch: own }) => {
    if (createdAt === null || (own !== null && own !== branch)) return []
    const isOlder = pushProvenAt !== null && createdAt <= pushProvenAt - ONE_SECOND
    return own === null && isOlder ? [] : [createdAt]
  })
}

/** GitHub's times are whole seconds. */
const ONE_SECOND: Millis = 1000
