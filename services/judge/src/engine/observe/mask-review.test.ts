import { expect, test } from 'vitest'
import {
  agent,
  alice,
  at,
  badge,
  codex,
  comment,
  createReview,
  review,
  shipped,
  thread,
  threadComment,
} from '../../../../../test/harness/review-samples.ts'
import type { CommitReview } from '../../review/commit-review.ts'
import { computeReviewOutcome } from '../../review/compute-review-outcome.ts'
import { maskReview } from './mask-review.ts'

const SECRET = 'hunter2-hunter2'
const mask = async (text: string) => text.replaceAll(SECRET, '[masked]')

const blocking = thread(codex, '', {
  comments: [
    threadComment(codex, `${badge('P1')} ${SECRET}`),
    threadComment(agent, `Won't fix: ${SECRET}`),
  ],
})
const refusal = `You have reached your Codex usage limits. ${SECRET}`

test.each<[string, Partial<CommitReview>]>([
  ['threads_open', { threads: [blocking] }],
  [
    'changes_requested',
    {
      threads: [blocking],
      reviews: [review(alice, 'CHANGES_REQUESTED', { body: SECRET })],
      comments: [comment(codex, `**P1** Remove ${SECRET}`)],
    },
  ],
  ['missing', { comments: [comment(codex, refusal)] }],
  ['pending', { comments: [comment(codex, `I wonder about ${SECRET}.`)] }],
])('no secret of a review is left: %s', async (kind, seen) => {
  const outcome = computeReviewOutcome(createReview(seen), at(3), shipped)
  expect(outcome.kind).toBe(kind)
  expect(JSON.stringify(outcome)).toContain(SECRET)
  const masked = JSON.stringify(await maskReview(outcome, mask))
  expect(masked).toContain('[masked]')
  expect(masked).not.toContain(SECRET)
})
