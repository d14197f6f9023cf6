import type { Review } from '../github/snapshot.ts'
import { clip } from '../lib/text.ts'
import type { BlockingThread } from '../review/review-outcome.ts'
import { getWaitingSince } from '../run/run.ts'
import { type EvidenceItem, type Gate, pass, refuse, waitUntil } from './gate.ts'
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
        return pass(outcome.because)
      case 'pending':
        return waitUntil(
          outcome.because,
          {
            what: 'review',
            since: getWaitingSince(facts.run, 'review', now),
            deadline: outcome.deadline,
            wouldChange: ['review', 'head'],
          },
          { reasonIfLate: 'infrastructure' },
        )
      case 'threads_open':
        return refuse('review_threads_open', outcome.because, outcome.threads.map(toThreadEvidence))
      case 'changes_requested':
        return refuse('review_changes_requested', outcome.because, [
          ...outcome.reviews.map(toReviewEvidence),
          ...outcome.threads.map(toThreadEvidence),
        ])
      case 'missing':
        return refuse('review_missing', outcome.because)
      default:
        return outcome satisfies never
    }
  },
}

function toThreadEvidence({ thread, severity }: BlockingThread): EvidenceItem {
  const first = thread.comments[0]
  const detail = thread.comments
    .map(({ author, body }) =>
      author.login === first?.author.login ? body : `${author.login}: ${body}`,
    )
    .join('\n\n')
  const place = thread.line === null ? thread.path : `${thread.path}:${thread.line}`
  return {
    kind: 'thread',
    text: severity === null ? place : `${severity} ${place}`,
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
