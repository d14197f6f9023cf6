import type { Review } from '../github/snapshot.ts'
import type { ReviewPolicy } from '../policy/policy.ts'
import type { CommitReview } from './commit-review.ts'
import { isCodex, isPerson } from './people.ts'

/**
 * The requests for changes that still stand, at most one for each reviewer. A request stands until
 * its reviewer approves or it is dismissed; neither a comment nor a new head clears it. Requests by
 * strangers, deleted accounts, other bots and the author never count.
 */
export function findStandingRequests(seen: CommitReview, policy: ReviewPolicy): readonly Review[] {
  const last = new Map<string, Review>()
  for (const review of seen.reviews) {
    const counts =
      isCodex(review.author, seen) ||
      (policy.human_changes_requested === 'block' && isPerson(review, seen, policy))
    if (!counts || review.state === 'COMMENTED' || review.state === 'PENDING') continue
    const login = review.author.login.toLowerCase()
    const other = last.get(login)
    if (other === undefined || isLater(review, other)) last.set(login, review)
  }
  return [...last.values()]
    .filter(({ state }) => state === 'CHANGES_REQUESTED')
    .sort((a, b) => (isLater(b, a) ? -1 : 1))
}

/** GitHub's times are whole seconds: of two reviews in one second, the request counts as later. */
function isLater(a: Review, b: Review): boolean {
  if (a.submittedAt !== b.submittedAt) return a.submittedAt > b.submittedAt
  if (a.state !== b.state)
    return a.state === 'CHANGES_REQUESTED' || (b.state !== 'CHANGES_REQUESTED' && a.state > b.state)
  return a.url > b.url
}
