import type { Comment } from '../github/snapshot.ts'
import { type Instant, toInstantOrNull } from '../lib/instant.ts'
import type { CommitReview } from './commit-review.ts'
import { removeBlocks, removeFolded, stripMarkup } from './markdown.ts'
import { isAbbreviationFor } from './parse-codex-text.ts'
import { isCodex } from './people.ts'

/*
 * The one comment a pull request in which the reviewer keeps its state and which it edits in place:
 * a table with a row for each review, such as
 * `| 📝 **Code Review** | 🔄 **Running** since … | `abc1234` | New commits |`.
 */

const MARKER = '<!-- codex-pull-request-review-summary -->'

/** What the reviewer's summary says about the review of one commit. */
export interface ReviewSummary {
  readonly state: 'running' | 'completed' | 'failed'
  /** When it got this state, as far as the row or the last edit tells. */
  readonly at: Instant
  /** The row, as people read it. */
  readonly words: string
  readonly url: string
}

export const isSummaryComment = (body: string): boolean =>
  removeBlocks(body)
    .replace(/`[^`\n]*`/g, '')
    .includes(MARKER)

/** The newest state of the review of this head; null if the summary has no row for it. */
export function readSummary(seen: CommitReview): ReviewSummary | null {
  const rows = seen.comments
    .filter(({ author, body }) => isCodex(author, seen) && isSummaryComment(body))
    .flatMap((comment) => readRows(comment))
    .filter(({ commits }) => commits.some((named) => isAbbreviationFor(named, seen.commit)))
    .sort((a, b) => b.at - a.at || rank[a.state] - rank[b.state] || (a.words < b.words ? -1 : 1))
  const [newest] = rows
  if (newest === undefined) return null
  const { commits: _, ...summary } = newest
  return summary
}

/** Of rows with one time, a review that runs or was completed says more than one that failed. */
const rank = { running: 0, completed: 1, failed: 2 } as const

type SummaryRow = ReviewSummary & { readonly commits: readonly string[] }

function readRows({ body, url, createdAt, editedAt }: Comment): readonly SummaryRow[] {
  return removeFolded(removeBlocks(body))
    .split('\n')
    .filter((line) => line.includes('|'))
    .flatMap((line): SummaryRow[] => {
      const cells = line.split('|').map((cell) => stripMarkup(cell).trim())
      const state = cells.map(readState).find((found) => found !== null)
      // Security reviews have rows of their own.
      if (!state || cells.some((cell) => /^\P{L}*security review\b/iu.test(cell))) return []
      const at = readTime(line) ?? editedAt ?? createdAt
      const words = cells.filter((cell) => cell !== '').join(' | ')
      return [{ state, at, words, url, commits: listCommits(line) }]
    })
}

function readState(cell: string): ReviewSummary['state'] | null {
  const word = /^\P{L}*(running|completed|failed)\b/iu.exec(cell)?.[1]?.toLowerCase()
  return word === 'running' || word === 'completed' || word === 'failed' ? word : null
}

const isoTime = /\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)/

const readTime = (line: string): Instant | null => toInstantOrNull(isoTime.exec(line)?.[0])

/** The commits a row names, in full, abbreviated, or as a link. */
const listCommits = (line: string): readonly string[] =>
  [...line.matchAll(/(?<![\w-])[0-9a-f]{7,64}(?![\w-])/gi)].map(([sha]) => sha.toLowerCase())
