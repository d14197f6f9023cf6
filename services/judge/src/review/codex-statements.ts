import type { Comment, Review } from '../github/snapshot.ts'
import type { Instant } from '../lib/instant.ts'
import type { ReviewPolicy } from '../policy/policy.ts'
import { isBlocking } from './blocking-threads.ts'
import type { CommitReview } from './commit-review.ts'
import {
  mostSevere,
  namesCommit,
  reviewedCommit,
  saysNothingFound,
  saysUnavailable,
  unfolded,
} from './parse-codex-text.ts'
import { isCodex, isOurs } from './people.ts'

/** One thing the Codex reviewer said about this head, and what it amounts to. */
export interface Saying {
  /**
   * `reviewed`: it looked at this head and holds nothing against it but its threads. `other` passes
   * nothing.
   */
  readonly kind: 'reviewed' | 'unavailable' | 'other'
  readonly at: Instant
  readonly because: string
}

/**
 * What the reviewer said about this head, by reviews and by comments. A text that names a commit is
 * about that one and no other, even if GitHub files it under a later head: a review of head A can
 * land after head B was pushed. One that names none counts by its time. Reactions are read
 * elsewhere, and threads stand for themselves.
 */
export function codexSayings(seen: CommitReview, policy: ReviewPolicy): readonly Saying[] {
  const reviews = seen.reviews
    .filter(
      ({ author, state }) =>
        isCodex(author, seen) && (state === 'APPROVED' || state === 'COMMENTED'),
    )
    .filter((review) =>
      isAbout(seen, { body: review.body, commit: review.commit, at: review.submittedAt }),
    )
    .map((review) => ofReview(review, seen, policy))
  const comments = seen.comments
    .filter(({ author }) => isCodex(author, seen) && !isOurs(author, seen))
    .filter(({ body, createdAt }) => isAbout(seen, { body, commit: null, at: createdAt }))
    .map(ofComment)
  return [...reviews, ...comments]
}

function isAbout(
  seen: CommitReview,
  {
    body,
    commit,
    at,
  }: { readonly body: string; readonly commit: Review['commit']; readonly at: Instant },
): boolean {
  const named = reviewedCommit(body)
  if (named !== null) return namesCommit(named, seen.commit)
  return commit === null ? at > seen.reviewableSince : commit === seen.commit
}

function ofReview(review: Review, seen: CommitReview, policy: ReviewPolicy): Saying {
  const at = review.submittedAt
  if (review.state === 'APPROVED')
    return { kind: 'reviewed', at, because: 'the Codex reviewer approved it' }
  if (saysUnavailable(review.body))
    return { kind: 'unavailable', at, because: 'the Codex reviewer says that it cannot review' }
  if (isReply(review, seen))
    return { kind: 'other', at, because: 'the Codex reviewer only answered in a thread' }
  if (hasFindingsWithoutThread(review, seen, policy)) {
    return { kind: 'other', at, because: 'the Codex reviewer wrote findings that no thread holds' }
  }
  return { kind: 'reviewed', at, because: 'the Codex review has no open thread that blocks' }
}

/**
 * GitHub files every single reply in a thread as a review of the head of that moment, with no text
 * of its own.
 */
const isReply = (review: Review, seen: CommitReview): boolean =>
  review.body.trim() === '' && !openedThreads(seen)

/**
 * Findings about lines outside the diff are written into the body, where nothing can resolve them.
 * Where the reviewer opened threads too, the body may repeat them, and the threads decide.
 */
const hasFindingsWithoutThread = (
  review: Review,
  seen: CommitReview,
  policy: ReviewPolicy,
): boolean => isBlocking(mostSevere(unfolded(review.body)), policy) && !openedThreads(seen)

/** Did the reviewer open a thread on this head, resolved since or not? */
const openedThreads = (seen: CommitReview): boolean =>
  seen.threads.some(({ comments: [opening] }) => {
    if (opening === undefined || !isCodex(opening.author, seen)) return false
    return opening.reviewCommit === null || opening.reviewCommit === seen.commit
  })

function ofComment({ body, createdAt: at }: Comment): Saying {
  if (saysNothingFound(body))
    return { kind: 'reviewed', at, because: 'the Codex reviewer found no major issues' }
  if (saysUnavailable(body))
    return { kind: 'unavailable', at, because: 'the Codex reviewer says that it cannot review' }
  return { kind: 'other', at, because: 'the Codex reviewer commented' }
}
