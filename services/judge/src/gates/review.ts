import type { Review } from '../github/snapshot.ts'
import { clip } from '../lib/text.ts'
import { describeHistory } from '../review/describe-history.ts'
import { formatQuote } from '../review/markdown.ts'
import type {
  BlockingThread,
  CommentFindings,
  ReviewOutcome,
  ThreadHistory,
} from '../review/review-outcome.ts'
import { getWaitingSince } from '../run/run.ts'
import {
  type EvidenceItem,
  type Gate,
  type GateFacts,
  githubLate,
  pass,
  refuse,
  waitUntil,
} from './gate.ts'
import { hasNoPullRequest, waitForFact } from './wait-for-fact.ts'

/** The review of the exact commit is finished, and nothing in it blocks. */
export const review: Gate = {
  name: 'review',
  dependsOn: ['review', 'head'],
  needs: ['review'],
  evaluate(facts, policy, now) {
    if (hasNoPullRequest(facts)) return pass('there is no pull request')
    if (facts.review.kind !== 'known')
      return waitForFact(facts.review, {
        what: 'review',
        facts,
        policy,
        now,
        wouldChange: ['review', 'head'],
      })
    const outcome = facts.review.value
    switch (outcome.kind) {
      case 'approved':
      case 'not_required':
        return pass(outcome.because, listOtherThreads(outcome))
      case 'pending':
        return waitUntil(
          outcome.because,
          {
            what: 'review',
            since: getWaitingSince(facts.run, 'review', now),
            deadline: outcome.deadline,
            wouldChange: ['review', 'head'],
            items: outcome.items.map(({ text, url }) => ({ text, url: url ?? getPullUrl(facts) })),
          },
          { ...githubLate, evidence: listOtherThreads(outcome) },
        )
      case 'threads_open':
        return refuse('review_threads_open', outcome.because, [
          ...outcome.threads.map(toThreadEvidence),
          ...listOtherThreads(outcome),
        ])
      case 'changes_requested':
        return refuse('review_changes_requested', outcome.because, [
          ...outcome.reviews.map(toReviewEvidence),
          ...outcome.findings.map(toFindingsEvidence),
          ...outcome.threads.map(toThreadEvidence),
          ...listOtherThreads(outcome),
        ])
      case 'missing':
        return refuse('review_missing', outcome.because, listOtherThreads(outcome))
      default:
        return outcome satisfies never
    }
  },
}

const getPullUrl = ({ change }: GateFacts): string | null =>
  change.kind === 'known' && change.value.kind === 'pull_request'
    ? change.value.pullRequest.url
    : null

/** More is no help to a reader. */
const MAX_OTHER_THREADS = 50

/** The threads that do not block, with what became of them. */
function listOtherThreads(outcome: ReviewOutcome): readonly EvidenceItem[] {
  const blocking = new Set(
    'threads' in outcome ? outcome.threads.map(({ thread }) => thread.id) : [],
  )
  return outcome.threadHistories
    .filter(({ id }) => !blocking.has(id))
    .slice(0, MAX_OTHER_THREADS)
    .map((history) => ({
      kind: 'closed_thread',
      text: formatThread(formatPlace(history), history),
      path: history.path,
      line: history.line,
      url: history.url,
      ...(history.openedBy === null ? {} : { author: history.openedBy }),
    }))
}

const formatPlace = ({ path, line }: { path: string; line: number | null }): string =>
  line === null ? path : `${path}:${line}`

/** The place, and what became of the thread there. */
const formatThread = (place: string, history: ThreadHistory): string =>
  `${place}: ${describeHistory(history) ?? 'open'}`

function toThreadEvidence({ thread, severity, history }: BlockingThread): EvidenceItem {
  const first = thread.comments[0]
  const detail = thread.comments
    .map(({ author, body }) =>
      author.login === first?.author.login ? body : `${author.login}: ${body}`,
    )
    .join('\n\n')
  const place = formatPlace(thread)
  return {
    kind: 'thread',
    text: formatThread(severity === null ? place : `${severity} ${place}`, history),
    path: thread.path,
    line: thread.line,
    author: first?.author.login ?? 'unknown',
    url: first?.url ?? null,
    detail,
  }
}

const toReviewEvidence = ({ author, body, url }: Review): EvidenceItem => ({
  kind: 'review',
  text: `${author.login} requested changes${body === '' ? '' : `: ${clip(body, 200)}`}`,
  author: author.login,
  url,
  detail: body,
})

const toFindingsEvidence = ({ author, body, url, titles }: CommentFindings): EvidenceItem => ({
  kind: 'comment',
  text: `${author.login} reported: ${titles.map(formatQuote).join(', ')}`,
  author: author.login,
  url,
  detail: body,
})
