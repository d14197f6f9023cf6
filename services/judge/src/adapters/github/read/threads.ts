import type { ReviewThread } from '../../../github/snapshot.ts'
import { toActor } from './actor.ts'
import type { GqlPage, GqlThread, GqlThreadComment } from './graphql-types.ts'
import { type ListQuery, type PageContext, readAllPages } from './pagination.ts'
import { THREAD_COMMENTS_PAGE_QUERY } from './queries.ts'
import { toThreadComment } from './reviews-and-comments.ts'

/** The answer to a query of one thread's comments. */
interface ThreadPage {
  readonly node: { readonly comments?: GqlPage<GqlThreadComment> | null } | null
}

/** Reads all comments of the threads: the pages after the first hundred, thread by thread. */
export async function readThreads(
  context: PageContext,
  threads: readonly GqlThread[],
): Promise<readonly ReviewThread[]> {
  const complete: ReviewThread[] = []
  for (const thread of threads) {
    const list: ListQuery<GqlThreadComment, ThreadPage> = {
      query: THREAD_COMMENTS_PAGE_QUERY,
      variables: { thread: thread.id },
      pick: ({ node }) => node?.comments,
    }
    const comments = await readAllPages(context, thread.comments, list)
    complete.push({
      id: thread.id,
      resolved: thread.isResolved,
      resolvedBy: thread.resolvedBy?.login ? toActor(thread.resolvedBy).login : null,
      outdated: thread.isOutdated,
      path: thread.path,
      // An outdated thread has no line; the original one still helps the reader of the prompt.
      line: thread.line ?? thread.originalLine,
      comments: comments.map(toThreadComment),
    })
  }
  return complete
}
