import type { CommitSha } from '../run/run.ts'
import { type Severity, severities } from './outcome.ts'

/*
 * What the Codex reviewer's texts say. Each pattern was taken from comments found in public
 * repositories: the connector is not documented, and it varies its flourishes ("Bravo.",
 * "Breezy!"), its apostrophes and its markup, so only the stable part is looked for. The folded
 * "About Codex" that it appends to everything is left out before reading.
 */

/**
 * The most severe badge in the heading of a finding (its first line), as an image or as text; null:
 * it bears none.
 */
export function severityOf(finding: string): Severity | null {
  return mostSevere(finding.trimStart().split('\n', 1).join())
}

/**
 * The most severe badge anywhere in a text: findings outside the diff are written into the body,
 * one after the other.
 */
export function mostSevere(text: string): Severity | null {
  const badges = [
    ...text.matchAll(
      /!\[P([0-3])\b|\bbadge\/P([0-3])\b|\[P([0-3])\]|\*\*\s*P([0-3])\b|^[#>\s]*P([0-3])\s*[:–—-]/gim,
    ),
  ]
  const levels = badges.map((badge) => Number(badge.slice(1).find((level) => level !== undefined)))
  return severities[Math.min(...levels)] ?? null
}

/** The commit a text says it is about, at least seven hex digits of it; null: it names none. */
export function reviewedCommit(body: string): string | null {
  return /reviewed commit[\s*:]*\[?`?([0-9a-f]{7,64})\b/i.exec(body)?.[1]?.toLowerCase() ?? null
}

export const namesCommit = (named: string, commit: CommitSha): boolean => commit.startsWith(named)

/** A review that found nothing. The text must not be the heading of findings that follow. */
export const saysNothingFound = (body: string): boolean =>
  /\bdid(?:n[’'`]?t| not) find any major issues\b/i.test(unfolded(body)) &&
  mostSevere(unfolded(body)) === null

/**
 * It will not review: usage limits are reached, or the one who asked has no account. Nothing comes
 * of waiting.
 */
export function saysUnavailable(body: string): boolean {
  const text = unfolded(body)
  if (/^#+\s*💡/mu.test(text) || mostSevere(text) !== null) return false
  return /\busage limits?\b|\bto use codex here\b|\b(?:codex|chatgpt|openai) account\b|\bno account\b/i.test(
    text,
  )
}

/** Somebody asks the reviewer for a review. */
export const asksForReview = (body: string): boolean => /(?:^|[^\w`])@codex\s+review\b/i.test(body)

export const unfolded = (body: string): string =>
  body.replace(/<details>[\s\S]*?(?:<\/details>|$)/gi, '')
