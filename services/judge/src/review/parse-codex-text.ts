import { type Severity, severities } from '../policy/policy.ts'
import type { CommitSha } from '../run/run.ts'
import { removeQuoted, stripMarkup } from './markdown.ts'

/*
 * Reads the Codex reviewer's texts. The connector is not documented, so each pattern comes from
 * comments in public repositories. It varies its phrases ("Bravo.", "Breezy!"), its apostrophes and
 * its markup, so the patterns match only the stable part. What a text only quotes is removed first,
 * and so is the folded "About Codex" section that is appended to every text.
 */

const badge =
  /!\[P([0-3])\b|\bbadge\/P([0-3])\b|\[P([0-3])\]|\*\*\s*P([0-3])\b|^[#> \t]*P([0-3])[ \t]*[:–—-]/gim

/** The most severe badge in a finding's first line, as an image or as text; null if it has none. */
export function readSeverity(finding: string): Severity | null {
  return findMostSevere(finding.trimStart().split('\n', 1).join())
}

/** The most severe badge in a text, which may hold several findings; null if it has none. */
export function findMostSevere(text: string): Severity | null {
  const levels = [...text.matchAll(badge)].map((found) =>
    Number(found.slice(1).find((level) => level !== undefined)),
  )
  return severities[Math.min(...levels)] ?? null
}

/** The findings of a text: every line with a badge. */
export const listFindings = (
  text: string,
): readonly { readonly severity: Severity; readonly title: string }[] =>
  removeQuoted(text)
    .split('\n')
    .flatMap((line) => {
      const severity = findMostSevere(line)
      return severity === null ? [] : [{ severity, title: readTitle(line) }]
    })

/** The title of a finding: its first line without badge and markup. */
export const readTitle = (finding: string): string =>
  stripMarkup(finding.trimStart().split('\n', 1).join())
    .replace(/^[^\p{L}\p{N}]*P[0-3]\b[^\p{L}\p{N}]*/iu, '')
    .trim()

/**
 * The commit that a text is about: the one it calls reviewed, abbreviated to at least seven hex
 * digits, else the one commit that its links to lines lead to; null if it names none.
 */
export function readReviewedCommit(body: string): string | null {
  const named = /reviewed commit[\s*:]*\[?`?([0-9a-f]{7,64})\b/i.exec(body)?.[1]?.toLowerCase()
  if (named !== undefined) return named
  const linked = new Set(
    [...body.matchAll(/\/blob\/([0-9a-f]{40}|[0-9a-f]{64})\//gi)].map(([, sha]) =>
      sha?.toLowerCase(),
    ),
  )
  const [only] = linked
  return linked.size === 1 ? (only ?? null) : null
}

/** True if the abbreviation names the commit. */
export const isAbbreviationFor = (named: string, commit: CommitSha): boolean =>
  commit.startsWith(named)

/**
 * True for a review without findings. The sentence may also introduce findings: no badge may
 * follow.
 */
export const isCleanReview = (body: string): boolean =>
  /\bdid(?:n[’'`]?t| not) find any major issues\b/i.test(removeQuoted(body)) &&
  findMostSevere(removeQuoted(body)) === null &&
  !isTaskSummary(body)

/**
 * True for what the connector writes after a task that it was asked to do, which is no review:
 * `### Summary … [View task →]`.
 */
export const isTaskSummary = (body: string): boolean => {
  const text = removeQuoted(body).trim()
  return /\[\s*view task\b/i.test(text) || /^(?:#{1,6}|\*\*)\s*summary\b/i.test(text)
}

/** True if the text asks the reviewer for a review. */
export const isReviewRequest = (body: string): boolean =>
  /(?:^|[^\w`])@codex\s+review\b/i.test(body)

/** True if the text asks the connector for anything, which it answers. */
export const isCodexMention = (body: string): boolean => /(?:^|[^\w`])@codex\b/i.test(body)
