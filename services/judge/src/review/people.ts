import type { Actor } from '../github/snapshot.ts'
import type { CommitReview } from './commit-review.ts'

/**
 * REST appends `[bot]` to an app's login and GraphQL does not; logins are one whatever their case.
 */
const bare = (login: string): string => login.toLowerCase().replace(/\[bot\]$/, '')

export const isCodex = (actor: Actor, seen: CommitReview): boolean =>
  seen.codexReviewers.some((login) => bare(login) === bare(actor.login))

/** A human being other than the pull request's author. */
export const isOtherPerson = (actor: Actor, seen: CommitReview): boolean =>
  !actor.bot &&
  !/\[bot\]$/i.test(actor.login) &&
  bare(actor.login) !== bare(seen.pullRequest.author.login)

export const isOurs = (actor: Actor, seen: CommitReview): boolean =>
  seen.ourLogins.some((login) => bare(login) === bare(actor.login))
