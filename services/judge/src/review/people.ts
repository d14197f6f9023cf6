import type { Actor } from '../github/snapshot.ts'
import type { CommitReview } from './commit-review.ts'

/** REST appends `[bot]` to an app's login and GraphQL does not; logins ignore case. */
const normalizeLogin = (login: string): string => login.toLowerCase().replace(/\[bot\]$/, '')

export const isCodex = (actor: Actor, seen: CommitReview): boolean =>
  seen.codexReviewers.some((login) => normalizeLogin(login) === normalizeLogin(actor.login))

/** True for a person other than the pull request's author. */
export const isOtherPerson = (actor: Actor, seen: CommitReview): boolean =>
  !actor.bot &&
  !/\[bot\]$/i.test(actor.login) &&
  normalizeLogin(actor.login) !== normalizeLogin(seen.pullRequest.author.login)

export const isOurs = (actor: Actor, seen: CommitReview): boolean =>
  seen.ourLogins.some((login) => normalizeLogin(login) === normalizeLogin(actor.login))
