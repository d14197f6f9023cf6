import type { Review } from '../github/snapshot.ts'
import { clip } from '../lib/text.ts'
import type { BlockingThread } from '../review/outcome.ts'
import { type EvidenceItem, type Gate, pass, refuse } from './gate.ts'
import { waitFor, withoutPullRequest } from './unknown.ts'

/** The review of the exact commit is finished and nothing blocking is open. */
export const review: Gate = {
  name: 'review',
  dependsOn: ['review', 'head'],
  needs: ['review'],
  evaluate(facts, policy) {
    if (withoutPullRequest(facts)) return pass('there is no pull request')
    if (facts.review.kind !== 'known')
      return waitFor(facts.review, {
        what: 'review',
        facts,
        policy,
        wouldChange: ['review', 'head'],
      })
    const outcome = facts.review.value
    switch (outcome.kind) {
      case 'approved':
      case 'not_required':
        return pass(outcome.because)
      case 'pending':
        return {
          result: 'wait',
          because: outcome.because,
          evidence: [],
          waits: {
            what: 'review',
            deadline: outcome.deadline,
            late: 'infrastructure',
            wouldChange: ['review', 'head'],
          },
        }
      case 'threads_open':
        return refuse('review_threads_open', outcome.because, outcome.threads.map(threadEvidence))
      case 'changes_requested':
        return refuse('review_changes_requested', outcome.because, [
          ...outcome.reviews.map(reviewEvidence),
          ...outcome.threads.map(threadEvidence),
        ])
      case 'missing':
        return refuse('review_missing', outcome.because)
      default:
        return outcome satisfies never
    }
  },
}

function threadEvidence({ thread, severity }: BlockingThread): EvidenceItem {
  const first = thread.comments[0]
  const said = thread.comments
    .map(({ author, body }) =>
      author.login === first?.author.login ? body : `${author.login}: ${body}`,
    )
    .join('\n\n')
  return {
    kind: 'thread',
    text: `${severity === null ? '' : `${severity} `}${thread.path}${thread.line === null ? '' : `:${thread.line}`}`,
    path: thread.path,
    line: thread.line,
    author: first?.author.login ?? 'unknown',
    url: first?.url ?? null,
    detail: said,
  }
}

const reviewEvidence = ({ author, body, url }: Review): EvidenceItem => ({
  kind: 'review',
  text: `${author.login} requested changes${body === '' ? '' : `: ${clip(body, 200)}`}`,
  author: author.login,
  url,
  detail: body,
})
