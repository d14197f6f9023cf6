import type { Actor, Authorship } from '../github/snapshot.ts'
import { normalizeLogin } from '../lib/text.ts'
import type { ReviewPolicy } from '../policy/policy.ts'
import type { CommitReview } from './commit-review.ts'

type Participants = Pick<CommitReview, 'codexReviewers' | 'ourLogins' | 'pullRequest'>

export const isCodex = (actor: Actor, seen: Participants): boolean =>
  seen.codexReviewers.some((login) => normalizeLogin(login) === normalizeLogin(actor.login))

export const isOurs = (actor: Actor, seen: Participants): boolean =>
  seen.ourLogins.some((login) => normalizeLogin(login) === normalizeLogin(actor.login))

/** True for the pull request's author, unless that account is deleted: all deleted ones look alike. */
export const isAuthor = (actor: Actor, { pullRequest }: Participants): boolean =>
  !isDeleted(actor) && normalizeLogin(actor.login) === normalizeLogin(pullRequest.author.login)

/** GitHub shows every deleted account as "ghost". */
const isDeleted = (actor: Actor): boolean => normalizeLogin(actor.login) === 'ghost'

export const isBot = (actor: Actor): boolean => actor.bot || /\[bot\]$/i.test(actor.login)

/**
 * Who counts as a person: an account other than the author's that has rights in the repository, or
 * any such account where policy says so. An account whose association GitHub does not tell has
 * none. A deleted account is no person: it could never approve.
 */
export function isPerson(
  { author, association }: Authorship,
  seen: Participants,
  { people }: Pick<ReviewPolicy, 'people'>,
): boolean {
  if (isBot(author) || isDeleted(author) || isAuthor(author, seen)) return false
  return people === 'everyone' || (association !== null && association !== 'other')
}

/**
 * Whose words may be repeated to an agent, a model or a person: the reviewer's, those of people,
 * and the author's own. Everyone else could use them to instruct the agent.
 */
export const isQuotable = (
  by: Authorship,
  seen: Participants,
  policy: Pick<ReviewPolicy, 'people'>,
): boolean => isCodex(by.author, seen) || isAuthor(by.author, seen) || isPerson(by, seen, policy)
