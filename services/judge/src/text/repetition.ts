import { clip, formatList, shortenSha } from '../lib/text.ts'
import type { Reason } from '../run/reasons.ts'
import { toOneLine, toWebAddress } from './untrusted-text.ts'

export interface ComparedAttempt {
  readonly attempt: number
  readonly reason: Reason | null
  readonly commit: string | null
  readonly prUrl: string | null
}

export interface RepetitionText {
  readonly kind: 'failure' | 'change'
  readonly inARow: boolean
  /** The attempts that are equal, oldest first; the last one is the one that is judged. */
  readonly attempts: readonly ComparedAttempt[]
  /** What is equal: the failing checks with their errors, the threads, the missing items, files. */
  readonly parts: readonly string[]
}

/** How many attempts are named; of more, the oldest ones are only counted. */
const MAX_ATTEMPTS = 3
const MAX_PARTS = 5
const MAX_PART_CHARS = 120
const MAX_PARTS_CHARS = 320
const MAX_LINK_CHARS = 140

/** What was repeated, by which attempts, and what of them is equal: sentences of plain text. */
export function describeRepetition({ kind, inARow, attempts, parts }: RepetitionText): string {
  const often = `${attempts.length} times${inARow ? ' in a row' : ''}`
  const what =
    kind === 'failure'
      ? `the same failure occurred ${often}`
      : `the same change was submitted ${often}`
  const omitted = attempts.length - MAX_ATTEMPTS
  const names = [
    ...(omitted > 0 ? [`${omitted} older ones`] : []),
    ...attempts.slice(-MAX_ATTEMPTS).map((one) => formatAttempt(one, kind)),
  ]
  const equal =
    parts.length === 0 ? '' : ` Equal in all: ${clip(formatParts(parts), MAX_PARTS_CHARS)}.`
  return `${what}: ${formatList(names)}.${equal}`
}

const formatParts = (parts: readonly string[]): string =>
  formatList(
    parts.map((part) => toOneLine(part, MAX_PART_CHARS)),
    MAX_PARTS,
  )

/** The reason is named where it may differ. */
function formatAttempt(one: ComparedAttempt, kind: RepetitionText['kind']): string {
  const about = [
    kind === 'change' && one.reason !== null ? one.reason : null,
    one.commit === null ? null : `commit ${shortenSha(one.commit)}`,
    getCommitUrl(one),
  ].filter((part) => part !== null)
  return about.length === 0
    ? `attempt ${one.attempt}`
    : `attempt ${one.attempt} (${about.join(', ')})`
}

/** Where the commit of an attempt is shown; null if its pull request is not known. */
export function getCommitUrl({ commit, prUrl }: ComparedAttempt): string | null {
  const url = toWebAddress(prUrl, MAX_LINK_CHARS)
  return url === null || commit === null ? url : `${url}/commits/${commit}`
}
