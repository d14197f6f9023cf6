import type { Mask } from '../../lib/mask.ts'
import type {
  BlockingThread,
  ReviewOutcome,
  ThreadHistory,
  ThreadReply,
} from '../../review/review-outcome.ts'

/**
 * Masks secrets in what reviewers and people wrote, before it becomes a fact, evidence or a prompt.
 */
export async function maskReview(outcome: ReviewOutcome, mask: Mask): Promise<ReviewOutcome> {
  const shared = {
    because: await mask(outcome.because),
    threadHistories: await Promise.all(
      outcome.threadHistories.map((history) => maskHistory(history, mask)),
    ),
  }
  switch (outcome.kind) {
    case 'threads_open':
      return { ...outcome, ...shared, threads: await maskThreads(outcome.threads, mask) }
    case 'changes_requested':
      return {
        ...outcome,
        ...shared,
        threads: await maskThreads(outcome.threads, mask),
        reviews: await maskBodies(outcome.reviews, mask),
        findings: await Promise.all(
          outcome.findings.map(async (comment) => ({
            ...comment,
            body: await mask(comment.body),
            titles: await Promise.all(comment.titles.map(mask)),
          })),
        ),
      }
    default:
      return { ...outcome, ...shared }
  }
}

const maskBodies = <T extends { readonly body: string }>(
  texts: readonly T[],
  mask: Mask,
): Promise<readonly T[]> =>
  Promise.all(texts.map(async (text) => ({ ...text, body: await mask(text.body) })))

const maskThreads = (
  threads: readonly BlockingThread[],
  mask: Mask,
): Promise<readonly BlockingThread[]> =>
  Promise.all(
    threads.map(async (blocking) => ({
      ...blocking,
      thread: {
        ...blocking.thread,
        comments: await maskBodies(blocking.thread.comments, mask),
      },
      history: await maskHistory(blocking.history, mask),
    })),
  )

const maskHistory = async (history: ThreadHistory, mask: Mask): Promise<ThreadHistory> => ({
  ...history,
  declined: await maskReply(history.declined, mask),
  reply: await maskReply(history.reply, mask),
})

const maskReply = async (reply: ThreadReply | null, mask: Mask): Promise<ThreadReply | null> =>
  reply === null ? null : { ...reply, words: await mask(reply.words) }
