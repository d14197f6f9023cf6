import type { Comment, Review } from '../github/snapshot.ts'
import type { Instant } from '../lib/instant.ts'
import type { ReviewPolicy } from '../policy/policy.ts'
import { isBlocking } from './blocking-threads.ts'
import type { CommitReview } from './commit-review.ts'
import {
  findMostSevere,
  isAbbreviationFor,
  isCleanReview,
  isUnavailable,
  readReviewedCommit,
  removeFolded,
} from './parse-codex-text.ts'
import { isCodex, isOurs } from './people.ts'

/** One review or comment of the Codex reviewer about this head, and what it amounts to. */
export interface ReviewerStatement {
  /** `reviewed`: it reviewed this head, and only its open threads block. `other`: no approval. */
  readonly kind: 'reviewed' | 'unavailable' | 'other'
  readonly at: Instant
  readonly because: string
}

/**
 * The reviewer's statements about this head, from reviews and comments. A text that names a commit
 * is about that commit only, even if GitHub files it under a later head, because a review of head A
 * can arrive after head B was pushed. A text that names none counts by its time. Reactions and
 * threads are read elsewhere.
 */
export function readReviewerStatements(
  seen: CommitReview,
  policy: ReviewPolicy,
): readonly ReviewerStatement[] {
  const reviews = seen.reviews
    .filter(
      ({ author, state }) =>
        isCodex(author, seen) && (state === 'APPROVED' || state === 'COMMENTED'),
    )
    .filter((review) =>
      isAboutHead(seen, { body: review.body, commit: review.commit, at: review.submittedAt }),
    )
    .map((review) => readReview(review, seen, policy))
  const comments = seen.comments
    .filter(({ author }) => isCodex(author, seen) && !isOurs(author, seen))
    .filter(({ body, createdAt }) => isAboutHead(seen, { body, commit: null, at: createdAt }))
    .map(readComment)
  return [...reviews, ...comments]
}

function isAboutHead(
  seen: CommitReview,
  {
    body,
    commit,
    at,
  }: { readonly body: string; readonly commit: Review['commit']; readonly at: Instant },
): boolean {
  const named = readReviewedCommit(body)
  if (named !== null) return isAbbreviationFor(named, seen.commit)
  return commit === null ? at > seen.reviewableSince : commit === seen.commit
}

function readReview(review: Review, seen: CommitReview, policy: ReviewPolicy): ReviewerStatement {
  const at = review.submittedAt
  if (review.state === 'APPROVED') return { kind: 'reviewed', at, because: 'Codex approved it' }
  if (isUnavailable(review.body)) return { kind: 'unavailable', at, because: 'Codex cannot review' }
  if (isReply(review, seen)) return { kind: 'other', at, because: 'Codex only replied in a thread' }
  if (hasFindingsWithoutThread(review, seen, policy)) {
    return { kind: 'other', at, because: 'Codex wrote findings outside any thread' }
  }
  return { kind: 'reviewed', at, because: 'the Codex review has no open blocking thread' }
}

/** GitHub files each reply in a thread as a review of the head at that moment, without a text. */
const isReply = (review: Review, seen: CommitReview): boolean =>
  review.body.trim() === '' && !hasOpenedThreads(seen)

/**
 * Findings about lines outside the diff are in the body, where they cannot be resolved. If the
 * reviewer opened threads too, the body may repeat them, and the threads decide.
 */
const hasFindingsWithoutThread = (
  review: Review,
  seen: CommitReview,
  policy: ReviewPolicy,
): boolean =>
  isBlocking(findMostSevere(removeFolded(review.body)), policy) && !hasOpenedThreads(seen)

/** True if the reviewer opened a thread on this head, even if it was resolved since. */
const hasOpenedThreads = (seen: CommitReview): boolean =>
  seen.threads.some(({ comments: [opening] }) => {
    if (opening === undefined || !isCodex(opening.author, seen)) return false
    return opening.reviewCommit === null || opening.reviewCommit === seen.commit
  })

function readComment({ body, createdAt: at }: Comment): ReviewerStatement {
  if (isCleanReview(body)) return { kind: 'reviewed', at, because: 'Codex found no major issues' }
  if (isUnavailable(body)) return { kind: 'unavailable', at, because: 'Codex cannot review' }
  return { kind: 'other', at, because: 'Codex commented' }
}
