import type { CommitSha } from '../run/run.ts'

/**
 * Hidden in the comment that asks for a review of one head, so that it can be found again and is
 * asked once.
 */
export const reviewRequestMarker = (commit: CommitSha): string =>
  `<!-- codex-judge:review-request:${commit} -->`

/**
 * The comment that makes the Codex reviewer look at a head. The reviewer reacts to its first line.
 */
export const reviewRequestComment = (commit: CommitSha): string =>
  `@codex review\n\n${reviewRequestMarker(commit)}`
