import {
  type Blockers,
  formatPlace,
  selectBlockingChecks,
  selectBlockingThreads,
  selectCommentFindings,
  selectRequests,
} from './blockers.ts'
import { describeUptake } from './history.ts'
import { buildCheckPoint, buildInstructions, type InstructionPoint } from './instructions.ts'
import { clean, takeTail, toOneLine, toOneSentence } from './untrusted-text.ts'

export interface ReviewContext {
  readonly summary: string | null
  readonly threads: readonly {
    readonly summary: string
    readonly url: string
    readonly author: string
  }[]
  readonly failingChecks: readonly {
    readonly name: string
    readonly conclusion: string
    readonly url: string
    readonly details: string
  }[]
  readonly notes: readonly string[]
}

/** The same limit as in the prompt. */
const MAX_DETAILS_CHARS = 6_000

/**
 * The blockers of the last attempt as data: the threads, requests for changes, findings and checks
 * that the prompt contains as text. Null if there are none.
 */
export function buildReviewContext(blockers: Blockers): ReviewContext | null {
  const instructions = buildInstructions(blockers)
  const inThreads = selectBlockingThreads(blockers.review).flatMap(({ thread }) =>
    thread.comments.map((comment) => ({ ...comment, place: `${formatPlace(thread)}: ` })),
  )
  const onPullRequest = [
    ...selectRequests(blockers.review),
    ...selectCommentFindings(blockers.review),
  ].map((comment) => ({ ...comment, place: '' }))
  const threads = [...inThreads, ...onPullRequest].map(({ place, body, url, author }) => ({
    summary: `${place}${clean(body)}`,
    url,
    author: author.login,
  }))
  const failingChecks = selectBlockingChecks(blockers.ci).map((check) => {
    const point = buildCheckPoint(check, blockers)
    return {
      name: check.label,
      conclusion: check.state,
      url: check.url ?? '',
      details: takeTail(clean(point.detail ?? '').trimEnd(), MAX_DETAILS_CHARS),
    }
  })
  if (instructions.length === 0 && threads.length === 0 && failingChecks.length === 0) return null
  return {
    summary:
      instructions.map(({ id, because }) => `${id}: ${toOneSentence(because, 500)}`).join(' ') ||
      null,
    threads,
    failingChecks,
    notes: [
      ...instructions
        .filter(({ reason }) => !reasonsListedElsewhere.has(reason))
        .flatMap(({ id, points }) => points.map((point) => `${id}: ${formatNote(point)}`)),
      ...blockers.uptake.map(describeUptake),
    ],
  }
}

function formatNote({ text, path, line, url, detail }: InstructionPoint): string {
  const place = path === undefined ? '' : ` (${formatPlace({ path, line: line ?? null })})`
  const address = url ? ` ${url}` : ''
  const more =
    detail === undefined ? '' : `\n${takeTail(clean(detail).trimEnd(), MAX_DETAILS_CHARS)}`
  return `${toOneLine(text, 1_000)}${place}${address}${more}`
}

/** Reasons whose evidence is among the threads and checks. */
const reasonsListedElsewhere: ReadonlySet<string> = new Set([
  'ci_failed',
  'ci_timeout',
  'review_threads_open',
  'review_changes_requested',
])
