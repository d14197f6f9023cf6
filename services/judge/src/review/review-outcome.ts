import { after, type Instant } from '../lib/instant.ts'
import { count, listed, shortSha } from '../lib/text.ts'
import type { ReviewPolicy } from '../policy/policy.ts'
import { blockingThreads } from './blocking-threads.ts'
import { codexSayings, type Saying } from './codex-statements.ts'
import type { CommitReview } from './commit-review.ts'
import type { ReviewOutcome } from './outcome.ts'
import { asksForReview } from './parse-codex-text.ts'
import { isCodex, isOurs } from './people.ts'
import { standingRequests } from './standing-requests.ts'

/**
 * What review says about one commit: what stands against it first, then what passes it, then how
 * long to wait. What stands is held even where no review is required; what passes is about this
 * very head; silence passes only where none is required.
 *
 * Total, and the order of the lists does not matter. With the world as it is, later readings move
 * `pending` to a final member and never from one final member to another.
 */
export function reviewOutcome(
  seen: CommitReview,
  now: Instant,
  policy: ReviewPolicy,
): ReviewOutcome {
  const { commit } = seen
  const threads = blockingThreads(seen, policy)
  const requests = standingRequests(seen, policy)
  if (requests.length > 0) {
    const who = listed(requests.map(({ author }) => author.login))
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
      because: `${count(threads.length, 'review thread')} not resolved`,
    }

  const sayings = codexSayings(seen, policy)
  const passes = thumbsUp(seen)
    ? 'the Codex reviewer gave its 👍'
    : newest(sayings, 'reviewed')?.because
  if (passes !== undefined)
    return {
      kind: 'approved',
      commit,
      status: 'approved',
      because: `${passes} (${shortSha(commit)})`,
    }

  const isOver = (deadline: Instant): boolean => Math.min(seen.readAt, now) > deadline
  return (policy.required ? required : optional)({ seen, sayings, isOver, policy })
}

/** A review that nothing stands against and nothing passes yet. */
interface Open {
  readonly seen: CommitReview
  readonly sayings: readonly Saying[]
  readonly isOver: (deadline: Instant) => boolean
  readonly policy: ReviewPolicy
}

function required({ seen, sayings, isOver, policy }: Open): ReviewOutcome {
  const { commit } = seen
  const refused = refusal(seen, sayings)
  if (refused !== undefined)
    return { kind: 'missing', commit, status: 'commented', because: refused.because }

  const said = newest(sayings, 'other')
  const status = said === undefined ? 'pending' : 'commented'
  const deadline = after(seen.waitStartedAt, policy.wait)
  if (isOver(deadline))
    return { kind: 'missing', commit, status, because: said?.because ?? 'no review came in time' }
  const because = started(seen)
    ? 'the Codex reviewer is at work'
    : (said?.because ?? 'no review yet')
  return { kind: 'pending', commit, because, deadline, requestAt: requestAt(seen, policy), status }
}

/**
 * Without a duty to review, silence passes: at once where the reviewer refused, after the wait
 * where it has started.
 */
function optional({ seen, sayings, isOver, policy }: Open): ReviewOutcome {
  const { commit } = seen
  const passes = (because: string): ReviewOutcome => ({ kind: 'not_required', commit, because })
  const refused = refusal(seen, sayings)
  if (refused !== undefined) return passes(`${refused.because}, and policy requires none`)

  const atWork = started(seen)
  const deadline = atWork
    ? after(seen.waitStartedAt, policy.wait)
    : after(seen.reviewableSince, policy.arrival)
  if (isOver(deadline)) return passes('nothing came, and policy requires none')
  const status = newest(sayings, 'other') === undefined ? 'pending' : 'commented'
  const because = atWork ? 'the Codex reviewer is at work' : 'a review may be coming'
  return { kind: 'pending', commit, because, deadline, requestAt: null, status }
}

const thumbsUp = (seen: CommitReview): boolean =>
  reactedSince(seen, 'THUMBS_UP', seen.reviewableSince)
const started = (seen: CommitReview): boolean => reactedSince(seen, 'EYES', seen.reviewableSince)

/**
 * A reaction names no commit; GitHub's times are whole seconds, so one in the very second of the
 * push is not newer than it.
 */
const reactedSince = (seen: CommitReview, what: 'THUMBS_UP' | 'EYES', since: Instant): boolean =>
  seen.reactions.some(
    ({ content, author, createdAt }) =>
      content === what && createdAt > since && isCodex(author, seen),
  )

/**
 * The reviewer's last word that it will not review, unless somebody asked again afterwards or it
 * has begun after all: a person who bought credits and asked anew must not be answered with the old
 * refusal.
 */
function refusal(seen: CommitReview, sayings: readonly Saying[]): Saying | undefined {
  const said = newest(sayings, 'unavailable')
  if (said === undefined || reactedSince(seen, 'EYES', said.at) || askedSince(seen, said.at))
    return undefined
  return said
}

/**
 * When to ask for a review: once a head, if nothing has started by then, and never where anybody
 * has asked already.
 */
function requestAt(seen: CommitReview, policy: ReviewPolicy): Instant | null {
  if (policy.request_after === 0 || seen.requestedAt !== null || started(seen)) return null
  return askedSince(seen, seen.reviewableSince)
    ? null
    : after(seen.reviewableSince, policy.request_after)
}

const askedSince = (seen: CommitReview, since: Instant): boolean =>
  seen.comments.some(
    ({ author, body, createdAt }) =>
      createdAt > since && asksForReview(body) && (isOurs(author, seen) || !isCodex(author, seen)),
  )

const newest = (sayings: readonly Saying[], kind: Saying['kind']): Saying | undefined =>
  sayings
    .filter((saying) => saying.kind === kind)
    .sort((a, b) => b.at - a.at || (a.because < b.because ? -1 : 1))
    .at(0)
