import type { ReviewContext } from '../decide/effect.ts'
import { blockingThreads, placeOf, type Red, redChecks } from './blockers.ts'
import { buildInstructions, checkPoint, type Point } from './instructions.ts'
import { clean, oneLine, oneSentence, tail } from './plain.ts'

/** What a check's details may take in a task; the prompt shows the same window. */
const detailsMax = 6_000

/**
 * What the last attempt left open, as data for the receiver: the same threads and checks as the
 * prompt has as text, whether or not their gate was the one that spoke. Null when nothing is open.
 */
export function buildReviewContext(red: Red): ReviewContext | null {
  const instructions = buildInstructions(red)
  const threads = blockingThreads(red.review).flatMap(({ thread }) =>
    thread.comments.map((comment) => ({
      summary: `${placeOf(thread)}: ${clean(comment.body)}`,
      url: comment.url,
      author: comment.author.login,
    })),
  )
  const failingChecks = redChecks(red.ci).map((check) => {
    const point = checkPoint(check, red)
    return {
      name: check.name,
      conclusion: check.state,
      url: check.url ?? '',
      details: tail(clean(point.detail ?? '').trimEnd(), detailsMax),
    }
  })
  if (instructions.length === 0 && threads.length === 0 && failingChecks.length === 0) return null
  return {
    summary:
      instructions.map(({ id, because }) => `${id}: ${oneSentence(because, 500)}`).join(' ') ||
      null,
    threads,
    failingChecks,
    notes: instructions
      .filter(({ reason }) => !carriedElsewhere.has(reason))
      .flatMap(({ id, points }) => points.map((point) => `${id}: ${noteOf(point)}`)),
  }
}

function noteOf({ text, path, line, url, detail }: Point): string {
  const place = path === undefined ? '' : ` (${placeOf({ path, line: line ?? null })})`
  const address = url ? ` ${url}` : ''
  const more = detail === undefined ? '' : `\n${tail(clean(detail).trimEnd(), detailsMax)}`
  return `${oneLine(text, 1_000)}${place}${address}${more}`
}

/** Reasons whose evidence stands among the threads and checks. */
const carriedElsewhere: ReadonlySet<string> = new Set([
  'ci_failed',
  'ci_timeout',
  'review_threads_open',
  'review_changes_requested',
])
