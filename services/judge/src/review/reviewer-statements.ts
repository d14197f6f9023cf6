import type { Actor, Comment, Review } from '../github/snapshot.ts'
import type { Instant } from '../lib/instant.ts'
import type { ReviewPolicy } from '../policy/policy.ts'
import { isBlocking } from './blocking-threads.ts'
import type { CommitReview } from './commit-review.ts'
import { formatQuote, removeQuoted } from './markdown.ts'
import {
  findMostSevere,
  isAbbreviationFor,
  isCleanReview,
  isTaskSummary,
  listFindings,
  readReviewedCommit,
  readTitle,
} from './parse-codex-text.ts'
import { readRefusal } from './parse-refusal.ts'
import { isCodex, isOurs } from './people.ts'
import { onlyStrangersAsked } from './review-requests.ts'
import { isSummaryComment } from './review-summary.ts'

/** One review or comment of the Codex reviewer about this head, and what it amounts to. */
export interface ReviewerStatement {
  /**
   * `clean`: nothing to fix. `reviewed`: it reviewed this head, and only its open threads block.
   * `findings`: blocking findings outside any thread. `refused`: it will not review. `other`: no
   * approval.
   */
  readonly kind: 'clean' | 'reviewed' | 'findings' | 'refused' | 'other'
  readonly at: Instant
  readonly because: string
  readonly author: Actor
  readonly body: string
  readonly url: string
}

/**
 * The reviewer's statements about this head, from reviews and comments. A text that names a commit
 * is about that commit only, even if GitHub files it under a later head, because a review of head A
 * can arrive after head B was pushed. A text that names none counts by its time. Reactions, threads
 * and the summary are read elsewhere.
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
    .filter(({ body }) => !isSummaryComment(body))
    .filter(({ body, createdAt }) => isAboutHead(seen, { body, commit: null, at: createdAt }))
    .map((comment) => readComment(comment, seen, policy))
    .filter(
      ({ kind, at }) => kind !== 'refused' || !onlyStrangersAsked(seen, { before: at, policy }),
    )
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
  const { author, body, url, submittedAt: at } = review
  const state = (kind: ReviewerStatement['kind'], because: string): ReviewerStatement => ({
    kind,
    at,
    because,
    author,
    body,
    url,
  })
  if (review.state === 'APPROVED') return state('clean', 'Codex approved it')
  const refusal = readRefusal(body)
  if (refusal !== null) return state('refused', `Codex cannot review: ${formatQuote(refusal)}`)
  if (isReply(review, seen)) return state('other', 'Codex only replied in a thread')
  // If the reviewer opened threads too, the body may repeat them, and the threads decide.
  if (isBlocking(findMostSevere(removeQuoted(body)), policy) && !hasOpenedThreads(seen))
    return state('findings', 'Codex reported findings outside any thread')
  return state('reviewed', 'the Codex review has no open blocking thread')
}

/** GitHub files each reply in a thread as a review of the head at that moment, without a text. */
const isReply = (review: Review, seen: CommitReview): boolean =>
  review.body.trim() === '' && !hasOpenedThreads(seen)

/** True if the reviewer opened a thread on this head, even if it was resolved since. */
const hasOpenedThreads = (seen: CommitReview): boolean => listOpenings(seen).length > 0

/** The texts with which the reviewer opened threads on this head. */
const listOpenings = (seen: CommitReview): readonly string[] =>
  seen.threads.flatMap(({ comments: [opening] }) => {
    if (opening === undefined || !isCodex(opening.author, seen)) return []
    return opening.reviewCommit === null || opening.reviewCommit === seen.commit
      ? [opening.body]
      : []
  })

function readComment(
  { author, body, url, createdAt: at }: Comment,
  seen: CommitReview,
  policy: ReviewPolicy,
): ReviewerStatement {
  const state = (kind: ReviewerStatement['kind'], because: string): ReviewerStatement => ({
    kind,
    at,
    because,
    author,
    body,
    url,
  })
  if (isCleanReview(body)) return state('clean', 'Codex found no major issues')
  const refusal = readRefusal(body)
  if (refusal !== null) return state('refused', `Codex cannot review: ${formatQuote(refusal)}`)
  const other = state('other', `Codex only commented: ${formatQuote(removeQuoted(body))}`)
  const findings = isTaskSummary(body) ? [] : listFindings(body)
  if (findings.length === 0) return other
  const titles = listOpenings(seen).map((opening) => readTitle(opening).toLowerCase())
  const blocking = findings.filter(({ severity }) => isBlocking(severity, policy))
  // A finding that also has a thread is resolved there.
  if (blocking.some(({ title }) => title === '' || !titles.includes(title.toLowerCase())))
    return state('findings', 'Codex reported findings outside any thread')
  // Like a review whose threads are all below the severity that blocks.
  return readReviewedCommit(body) === null
    ? other
    : state('reviewed', 'the Codex review has no finding that blocks')
}
