import type { Instant } from '../lib/instant.ts'
import { removeFolded } from './markdown.ts'
import { listFindings } from './parse-codex-text.ts'
import type { CommentFindings } from './review-outcome.ts'
import type { ReviewerStatement } from './reviewer-statements.ts'

/**
 * The reviewer's findings about this head outside any thread, oldest first. No one can resolve
 * them, so they stand until the reviewer finds the head clean afterwards, or another head replaces
 * it.
 */
export const findStandingFindings = (
  statements: readonly ReviewerStatement[],
  cleanSince: Instant | null,
): readonly CommentFindings[] =>
  statements
    .filter(({ kind, at }) => kind === 'findings' && (cleanSince === null || at >= cleanSince))
    .toSorted((a, b) => a.at - b.at || (a.url < b.url ? -1 : 1))
    .map(({ author, body, url }) => ({
      author,
      body: removeFolded(body).trim(),
      url,
      titles: listFindings(body).map(({ severity, title }) => `${severity} ${title}`.trim()),
    }))
