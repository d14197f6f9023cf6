import type { ReviewThread } from '../../../github/snapshot.ts'
import type { GqlThread, GqlThreadComment, Page } from './answers.ts'
import { type ListOf, type Reading, readRest } from './pagination.ts'
import { threadCommentsPage } from './queries.ts'
import { threadCommentOf } from './reviews-and-comments.ts'

interface InThread {
  readonly node: { readonly comments?: Page<GqlThreadComment> | null } | null
}

/**
 * Threads with all of their comments: those beyond the first hundred are paged for, thread by
 * thread.
 */
export async function readThreads(
  reading: Reading,
  threads: readonly GqlThread[],
): Promise<readonly ReviewThread[]> {
  const whole: ReviewThread[] = []
  for (const thread of threads) {
    const list: ListOf<GqlThreadComment, InThread> = {
      query: threadCommentsPage,
      variables: { thread: thread.id },
      pick: ({ node }) => node?.comments,
    }
    const comments = await readRest(reading, thread.comments, list)
    whole.push({
      id: thread.id,
      resolved: thread.isResolved,
      outdated: thread.isOutdated,
      path: thread.path,
      // An outdated thread has no line any more; the one it was written at still helps whoever
      // reads the prompt.
      line: thread.line ?? thread.originalLine,
      comments: comments.map(threadCommentOf),
    })
  }
  return whole
}
