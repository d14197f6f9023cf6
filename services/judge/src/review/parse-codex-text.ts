import { type Severity, severities } from '../policy/policy.ts'
import type { CommitSha } from '../run/run.ts'

/*
 * Reads the Codex reviewer's texts. The connector is not documented, so each pattern comes from
 * comments in public repositories. It varies its phrases ("Bravo.", "Breezy!"), its apostrophes and
 * its markup, so the patterns match only the stable part. The folded "About Codex" section that it
 * appends to every text is removed first.
 */

/** The most severe badge in a finding's first line, as an image or as text; null if it has none. */
export function readSeverity(finding: string): Severity | null {
  return findMostSevere(finding.trimStart().split('\n', 1).join())
}

/** The most severe badge in a text, which may hold several findings; null if it has none. */
export function findMostSevere(text: string): Severity | null {
  const badges = [
    ...text.matchAll(
      /!\[P([0-3])\b|\bbadge\/P([0-3])\b|\[P([0-3])\]|\*\*\s*P([0-3])\b|^[#>\s]*P([0-3])\s*[:–—-]/gim,
    ),
  ]
  const levels = badges.map((badge) => Number(badge.slice(1).find((level) => level !== undefined)))
  return severities[Math.min(...levels)] ?? null
}

/**
 * The commit that a text is about, abbreviated to at least seven hex digits; null if it names none.
 */
export function readReviewedCommit(body: string): string | null {
  return /reviewed commit[\s*:]*\[?`?([0-9a-f]{7,64})\b/i.exec(body)?.[1]?.toLowerCase() ?? null
}

/** True if the abbreviation names the commit. */
export const isAbbreviationFor = (named: string, commit: CommitSha): boolean =>
  commit.startsWith(named)

/**
 * True for a review without findings. The sentence may also introduce findings: no badge may
 * follow.
 */
export const isCleanReview = (body: string): boolean =>
  /\bdid(?:n[’'`]?t| not) find any major issues\b/i.test(removeFolded(body)) &&
  findMostSevere(removeFolded(body)) === null

/** True if it will not review, because of usage limits or a missing account: waiting is useless. */
export function isUnavailable(body: string): boolean {
  const text = removeFolded(body)
  if (/^#+\s*💡/mu.test(text) || findMostSevere(text) !== null) return false
  return /\busage limits?\b|\bto use codex here\b|\b(?:codex|chatgpt|openai) account\b|\bno account\b/i.test(
    text,
  )
}

/** True if the text asks the reviewer for a review. */
export const isReviewRequest = (body: string): boolean =>
  /(?:^|[^\w`])@codex\s+review\b/i.test(body)

/** The text without its folded sections. */
export const removeFolded = (body: string): string =>
  body.replace(/<details>[\s\S]*?(?:<\/details>|$)/gi, '')
