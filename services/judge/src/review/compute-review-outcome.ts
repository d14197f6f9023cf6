import { addMillis, type Instant, latest } from '../lib/instant.ts'
import { formatList, normalizeLogin, pluralize, shortenSha } from '../lib/text.ts'
import type { ReviewPolicy } from '../policy/policy.ts'
import type { WaitItem } from '../run/run.ts'
import { findBlockingThreads, listThreadHistories } from './blocking-threads.ts'
import { findStandingFindings } from './comment-findings.ts'
import type { CommitReview } from './commit-review.ts'
import { describeHistory } from './describe-history.ts'
import { formatQuote } from './markdown.ts'
import { isCodex } from './people.ts'
import type { BlockingThread, CommentFindings, ReviewOutcome } from './review-outcome.ts'
import { findLastRequest } from './review-requests.ts'
import { type ReviewSummary, readSummary } from './review-summary.ts'
import { type ReviewerStatement, readReviewerStatements } from './reviewer-statements.ts'
import { findStandingRequests } from './standing-requests.ts'

/**
 * The review outcome of one commit: first what blocks it, then what approves it, then how long to
 * wait. Requested changes, findings and open threads block even where no review is required. Only a
 * statement about this head approves, and silence passes only where no review is required.
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
  const about = { commit, threadHistories: listThreadHistories(seen, policy) }
  const threads = findBlockingThreads(seen, policy)
  const statements = readReviewerStatements(seen, policy)
  const thumbsUpAt = findReaction(seen, 'THUMBS_UP')
  const reviews = findStandingRequests(seen, policy)
  const findings = findStandingFindings(
    statements,
    findLatest(thumbsUpAt, findNewest(statements, 'clean')?.at ?? null),
  )
  if (reviews.length > 0 || findings.length > 0) {
    const parts = [
      reviews.length === 0
        ? null
        : `changes requested by ${formatList(reviews.map(({ author }) => author.login))}`,
      findings.length === 0 ? null : describeFindings(findings),
    ]
    const because = parts.filter((part) => part !== null).join('; ')
    return { kind: 'changes_requested', ...about, reviews, findings, threads, because }
  }
  if (threads.length > 0)
    return { kind: 'threads_open', ...about, threads, because: describeOpenThreads(threads) }

  const approval =
    thumbsUpAt === null
      ? findNewest(statements, 'clean', 'reviewed')?.because
      : 'Codex reacted with 👍'
  if (approval !== undefined)
    return {
      kind: 'approved',
      ...about,
      status: 'approved',
      because: `${approval} (${shortenSha(commit)})`,
    }

  const open: OpenReview = {
    seen,
    statements,
    summary: readSummary(seen),
    isOver: (deadline) => Math.min(seen.readAt, now) > deadline,
    policy,
  }
  return { ...about, ...(policy.required ? decideRequired(open) : decideOptional(open)) }
}

function describeFindings(findings: readonly CommentFindings[]): string {
  const titles = findings.flatMap((one) => one.titles)
  const shown = titles.slice(0, 3).map(formatQuote).join(', ')
  return `Codex reported ${pluralize(titles.length, 'finding')} outside any thread: ${shown}`
}

/** How many threads are open, and what became of the first of them. */
function describeOpenThreads(threads: readonly BlockingThread[]): string {
  const histories = threads.flatMap(({ thread: { path, line }, history }) => {
    const became = describeHistory(history)
    return became === null ? [] : [`${path}${line === null ? '' : `:${line}`}: ${became}`]
  })
  const count = `${pluralize(threads.length, 'review thread')} ${threads.length === 1 ? 'is' : 'are'} open`
  return histories.length === 0 ? count : `${count} (${histories.slice(0, 3).join('; ')})`
}

/** A review that nothing blocks and nothing approves yet. */
interface OpenReview {
  readonly seen: CommitReview
  readonly statements: readonly ReviewerStatement[]
  readonly summary: ReviewSummary | null
  readonly isOver: (deadline: Instant) => boolean
  readonly policy: ReviewPolicy
}

type Shared = 'commit' | 'threadHistories'
type Decided<K extends ReviewOutcome['kind']> = K extends unknown
  ? Omit<Extract<ReviewOutcome, { kind: K }>, Shared>
  : never

function decideRequired(open: OpenReview): Decided<'missing' | 'pending'> {
  const { seen, statements, summary, isOver, policy } = open
  const refusal = findRefusal(open)
  if (refusal !== undefined)
    return { kind: 'missing', status: 'commented', because: refusal.because }

  const comment = findNewest(statements, 'other')
  const status = comment === undefined ? 'pending' : 'commented'
  const failure = findFailure(open)
  if (failure?.isFinal) return { kind: 'missing', status, because: failure.because }
  const deadline = addMillis(seen.waitStartedAt, policy.wait)
  const known = failure?.because ?? comment?.because
  if (isOver(deadline))
    return { kind: 'missing', status, because: known ?? 'no review arrived in time' }
  return {
    kind: 'pending',
    because: hasStarted(open) ? 'Codex is reviewing' : (known ?? describeSilence(summary)),
    deadline,
    requestAt: computeRequestAt(open, failure),
    status,
    items: listReviewers(open),
  }
}

const describeSilence = (summary: ReviewSummary | null): string =>
  summary?.state === 'completed'
    ? 'Codex completed its review, but its result is not there yet'
    : 'no review yet'

/**
 * Where no review is required, silence passes: at once if the reviewer refused or failed, after the
 * wait if it has started, and otherwise after the time in which a review usually begins.
 */
function decideOptional(open: OpenReview): Decided<'not_required' | 'pending'> {
  const { seen, statements, isOver, policy } = open
  const pass = (because: string) => ({ kind: 'not_required', because }) as const
  const unavailable = findRefusal(open) ?? findFailure(open)
  if (unavailable) return pass(`${unavailable.because}, and policy requires no review`)

  const isReviewing = hasStarted(open)
  const deadline = isReviewing
    ? addMillis(seen.waitStartedAt, policy.wait)
    : addMillis(seen.reviewableSince, policy.arrival)
  if (isOver(deadline)) return pass('no review arrived, and policy requires none')
  return {
    kind: 'pending',
    because: isReviewing ? 'Codex is reviewing' : 'waiting for a possible review',
    deadline,
    requestAt: null,
    status: findNewest(statements, 'other') === undefined ? 'pending' : 'commented',
    items: listReviewers(open),
  }
}

/** The reviewers that are waited for, with the comment that shows how far they are. */
const listReviewers = ({ seen, summary }: OpenReview): readonly WaitItem[] =>
  seen.codexReviewers.map((login) => ({
    text: `Codex review of ${shortenSha(seen.commit)} by ${normalizeLogin(login)}`,
    url: summary?.url ?? null,
  }))

/**
 * True if the review has begun, at all or since a moment: 👀 on the pull request, or a running
 * review in the summary.
 */
const hasStarted = ({ seen, summary }: OpenReview, since: Instant | null = null): boolean =>
  findReaction(seen, 'EYES', since ?? seen.reviewableSince) !== null ||
  (summary?.state === 'running' && (since === null || summary.at >= since))

/**
 * When the reviewer last reacted to the pull request. A reaction names no commit, so it counts by
 * its time. GitHub's times are whole seconds, and a reaction in the second of the push does not
 * count as newer than the push.
 */
function findReaction(
  seen: CommitReview,
  what: 'THUMBS_UP' | 'EYES',
  since: Instant = seen.reviewableSince,
): Instant | null {
  const times = seen.reactions
    .filter(
      ({ content, author, createdAt }) =>
        content === what && createdAt > since && isCodex(author, seen),
    )
    .map(({ createdAt }) => createdAt)
  return times.length === 0 ? null : latest(...times)
}

/**
 * The reviewer's newest refusal, unless someone asked again afterwards or the review has begun
 * after all: a person who bought credits and asks again must not get the old refusal.
 */
function findRefusal(open: OpenReview): ReviewerStatement | undefined {
  const refusal = findNewest(open.statements, 'refused')
  if (refusal === undefined || hasStarted(open, refusal.at)) return undefined
  const requestedAt = findLastRequest(open.seen, open.policy)
  return requestedAt !== null && requestedAt > refusal.at ? undefined : refusal
}

interface ReviewFailure {
  readonly at: Instant
  readonly because: string
  /** True if it failed after a request, or if policy requests none. */
  readonly isFinal: boolean
}

/** The failure of the review that the summary reports, unless it has begun again. */
function findFailure(open: OpenReview): ReviewFailure | null {
  const { seen, summary, policy } = open
  if (summary?.state !== 'failed' || hasStarted(open, summary.at)) return null
  const requestedAt = findLastRequest(seen, policy)
  return {
    at: summary.at,
    because: `the Codex review failed: ${formatQuote(summary.words)}`,
    isFinal: requestedAt === null ? policy.request_after === 0 : requestedAt <= summary.at,
  }
}

/**
 * When to request a review: once for each head, if none has started by then, and at once if one has
 * failed. Null if someone has requested one already. The result of a completed review gets as much
 * time to appear as the beginning of one.
 */
function computeRequestAt(open: OpenReview, failure: ReviewFailure | null): Instant | null {
  const { seen, summary, policy } = open
  if (policy.request_after === 0 || hasStarted(open)) return null
  if (findLastRequest(seen, policy) !== null) return null
  if (failure !== null) return failure.at
  const since = summary?.state === 'completed' ? summary.at : null
  return addMillis(latest(seen.reviewableSince, since), policy.request_after)
}

const findNewest = (
  statements: readonly ReviewerStatement[],
  ...kinds: readonly ReviewerStatement['kind'][]
): ReviewerStatement | undefined =>
  statements
    .filter(({ kind }) => kinds.includes(kind))
    .sort((a, b) => b.at - a.at || (a.because < b.because ? -1 : 1))
    .at(0)

const findLatest = (...moments: readonly (Instant | null)[]): Instant | null =>
  moments.some((moment) => moment !== null) ? latest(...moments) : null
