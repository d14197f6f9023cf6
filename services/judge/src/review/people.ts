import type { Actor } from '../github/snapshot.ts'
import { normalizeLogin } from '../lib/text.ts'
import type { CommitReview } from './commit-review.ts'

export const isCodex = (actor: Actor, seen: CommitReview): boolean =>
  seen.codexReviewers.some((login) => normalizeLogin(login) === normalizeLogin(actor.login))

/** True for a person other than the pull request's author. */
export const isOtherPerson = (actor: Actor, seen: CommitReview): boolean =>
  !actor.bot &&
  !/\[bot\]$/i.test(actor.login) &&
  normalizeLogin(actor.login) !== normalizeLogin(seen.pullRequest.author.login)

export const isOurs = (actor: Actor, seen: CommitReview): boolean =>
  seen.ourLogins.some((login) => normalizeLogin(login) === normalizeLogin(actor.login))
