import type { CommitSha } from '../run/run.ts'

/**
 * A hidden marker in the comment, by which it is found again, so that a head is asked about once.
 */
export const formatReviewRequestMarker = (commit: CommitSha): string =>
  `<!-- codex-judge:review-request:${commit} -->`

/** The comment that asks the Codex reviewer to review a head; it reacts to the first line. */
export const formatReviewRequestComment = (commit: CommitSha): string =>
  `@codex review\n\n${formatReviewRequestMarker(commit)}`
