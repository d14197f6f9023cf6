import type { Review } from '../github/snapshot.ts'
import type { ReviewPolicy } from '../policy/policy.ts'
import type { CommitReview } from './commit-review.ts'
import { isCodex, isOtherPerson } from './people.ts'

/**
 * The requests for changes that still stand, one a reviewer: until that reviewer approves or it is
 * dismissed. A comment does not clear one, and neither does a new head. Requests of other bots, and
 * the author's own, never count.
 */
export function standingRequests(seen: CommitReview, policy: ReviewPolicy): readonly Review[] {
  const last = new Map<string, Review>()
  for (const review of seen.reviews) {
    const counts =
      isCodex(review.author, seen) ||
      (policy.human_changes_requested === 'block' && isOtherPerson(review.author, seen))
    if (!counts || review.state === 'COMMENTED' || review.state === 'PENDING') continue
    const login = review.author.login.toLowerCase()
    const other = last.get(login)
    if (other === undefined || isLater(review, other)) last.set(login, review)
  }
  return [...last.values()]
    .filter(({ state }) => state === 'CHANGES_REQUESTED')
    .sort((a, b) => (isLater(b, a) ? -1 : 1))
}

/**
 * GitHub's times are whole seconds: of two opinions in one second, the request counts as the later.
 */
function isLater(a: Review, b: Review): boolean {
  if (a.submittedAt !== b.submittedAt) return a.submittedAt > b.submittedAt
  if (a.state !== b.state)
    return a.state === 'CHANGES_REQUESTED' || (b.state !== 'CHANGES_REQUESTED' && a.state > b.state)
  return a.url > b.url
}
