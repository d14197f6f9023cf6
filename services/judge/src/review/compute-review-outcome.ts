import { addMillis, type Instant } from '../lib/instant.ts'
import { formatList, pluralize, shortenSha } from '../lib/text.ts'
import type { ReviewPolicy } from '../policy/policy.ts'
import { findBlockingThreads } from './blocking-threads.ts'
import type { CommitReview } from './commit-review.ts'
import { isReviewRequest } from './parse-codex-text.ts'
import { isCodex, isOurs } from './people.ts'
import type { ReviewOutcome } from './review-outcome.ts'
import { type ReviewerStatement, readReviewerStatements } from './reviewer-statements.ts'
import { findStandingRequests } from './standing-requests.ts'

/**
 * The review outcome of one commit: first what blocks it, then what approves it, then how long to
 * wait. Requested changes and open threads block even where no review is required. Only a statement
 * about this head approves, and silence passes only where no review is required.
 *
 * Total, and independent of the order of the lists. As long as GitHub's data stays the same, later
 * readings move `pending` to a final outcome, and never one final outcome to another.
 */
export function computeReviewOutcome(
  seen: CommitReview,
  now: Instant,
  policy: ReviewPolicy,
): ReviewOutcome {
  const { commit } = seen
  const threads = findBlockingThreads(seen, policy)
  const requests = findStandingRequests(seen, policy)
  if (requests.length > 0) {
    const who = formatList(requests.map(({ author }) => author.login))
    return {
      kind: 'changes_requested',
      commit,
      reviews: requests,
      threads,
      because: `changes requested by ${who}`,
    }
  }
  if (threads.length > 0)
    return {
      kind: 'threads_open',
      commit,
      threads,
      because: `${pluralize(threads.length, 'review thread')} not resolved`,
    }

  const statements = readReviewerStatements(seen, policy)
  const approval = hasThumbsUp(seen)
    ? 'Codex reacted with 👍'
    : findNewest(statements, 'reviewed')?.because
  if (approval !== undefined)
    return {
      kind: 'approved',
      commit,
      status: 'approved',
      because: `${approval} (${shortenSha(commit)})`,
    }

  const isOver = (deadline: Instant): boolean => Math.min(seen.readAt, now) > deadline
  return (policy.required ? decideRequired : decideOptional)({ seen, statements, isOver, policy })
}

/** A review that nothing blocks and nothing approves yet. */
interface OpenReview {
  readonly seen: CommitReview
  readonly statements: readonly ReviewerStatement[]
  readonly isOver: (deadline: Instant) => boolean
  readonly policy: ReviewPolicy
}

function decideRequired({ seen, statements, isOver, policy }: OpenReview): ReviewOutcome {
  const { commit } = seen
  const refusal = findRefusal(seen, statements)
  if (refusal !== undefined)
    return { kind: 'missing', commit, status: 'commented', because: refusal.because }

  const comment = findNewest(statements, 'other')
  const status = comment === undefined ? 'pending' : 'commented'
  const deadline = addMillis(seen.waitStartedAt, policy.wait)
  if (isOver(deadline))
    return {
      kind: 'missing',
      commit,
      status,
      because: comment?.because ?? 'no review arrived in time',
    }
  const because = hasStarted(seen) ? 'Codex is reviewing' : (comment?.because ?? 'no review yet')
  return {
    kind: 'pending',
    commit,
    because,
    deadline,
    requestAt: computeRequestAt(seen, policy),
    status,
  }
}

/**
 * Where no review is required, silence passes: at once if the reviewer refused, after the wait if
 * it has started, and otherwise after the time in which a review usually begins.
 */
function decideOptional({ seen, statements, isOver, policy }: OpenReview): ReviewOutcome {
  const { commit } = seen
  const pass = (because: string): ReviewOutcome => ({ kind: 'not_required', commit, because })
  const refusal = findRefusal(seen, statements)
  if (refusal !== undefined) return pass(`${refusal.because}, and policy requires no review`)

  const isReviewing = hasStarted(seen)
  const deadline = isReviewing
    ? addMillis(seen.waitStartedAt, policy.wait)
    : addMillis(seen.reviewableSince, policy.arrival)
  if (isOver(deadline)) return pass('no review arrived, and policy requires none')
  const status = findNewest(statements, 'other') === undefined ? 'pending' : 'commented'
  const because = isReviewing ? 'Codex is reviewing' : 'waiting for a possible review'
  return { kind: 'pending', commit, because, deadline, requestAt: null, status }
}

const hasThumbsUp = (seen: CommitReview): boolean =>
  hasReactionSince(seen, 'THUMBS_UP', seen.reviewableSince)
const hasStarted = (seen: CommitReview): boolean =>
  hasReactionSince(seen, 'EYES', seen.reviewableSince)

/**
 * A reaction names no commit, so it counts by its time. GitHub's times are whole seconds, and a
 * reaction in the second of the push does not count as newer than the push.
 */
const hasReactionSince = (
  seen: CommitReview,
  what: 'THUMBS_UP' | 'EYES',
  since: Instant,
): boolean =>
  seen.reactions.some(
    ({ content, author, createdAt }) =>
      content === what && createdAt > since && isCodex(author, seen),
  )

/**
 * The reviewer's newest refusal, unless someone asked again afterwards or the review has begun
 * after all: a person who bought credits and asks again must not get the old refusal.
 */
function findRefusal(
  seen: CommitReview,
  statements: readonly ReviewerStatement[],
): ReviewerStatement | undefined {
  const refusal = findNewest(statements, 'unavailable')
  if (
    refusal === undefined ||
    hasReactionSince(seen, 'EYES', refusal.at) ||
    wasRequestedSince(seen, refusal.at)
  )
    return undefined
  return refusal
}

/**
 * When to request a review: once for each head, if none has started by then. Null if someone has
 * requested one already.
 */
function computeRequestAt(seen: CommitReview, policy: ReviewPolicy): Instant | null {
  if (policy.request_after === 0 || seen.requestedAt !== null || hasStarted(seen)) return null
  return wasRequestedSince(seen, seen.reviewableSince)
    ? null
    : addMillis(seen.reviewableSince, policy.request_after)
}

const wasRequestedSince = (seen: CommitReview, since: Instant): boolean =>
  seen.comments.some(
    ({ author, body, createdAt }) =>
      createdAt > since &&
      isReviewRequest(body) &&
      (isOurs(author, seen) || !isCodex(author, seen)),
  )

const findNewest = (
  statements: readonly ReviewerStatement[],
  kind: ReviewerStatement['kind'],
): ReviewerStatement | undefined =>
  statements
    .filter((statement) => statement.kind === kind)
    .sort((a, b) => b.at - a.at || (a.because < b.because ? -1 : 1))
    .at(0)
