import type { ReviewThread, ThreadComment } from '../github/snapshot.ts'
import type { ReviewPolicy } from '../policy/policy.ts'
import type { CommitSha } from '../run/run.ts'
import type { CommitReview } from './commit-review.ts'
import { formatQuote, removeQuoted } from './markdown.ts'
import { isQuotable } from './people.ts'
import type { ThreadHistory, ThreadReply } from './review-outcome.ts'

/** The comments of a thread whose authors count, oldest first. */
export const keepQuotable = (
  thread: ReviewThread,
  seen: CommitReview,
  policy: ReviewPolicy,
): ReviewThread => ({
  ...thread,
  comments: thread.comments.filter((comment) => isQuotable(comment, seen, policy)),
})

/** What became of a thread, by its comments that count. */
export function trackThread(thread: ReviewThread, seen: CommitReview): ThreadHistory {
  const [opening, ...later] = thread.comments
  const replies = later.filter(({ author }) => author.login !== opening?.author.login)
  const reply = toReply(replies.at(-1))
  const declined = toReply(replies.findLast(({ body }) => isDecline(body)))
  const changedBy = thread.outdated ? findChange(thread, seen) : null
  return {
    id: thread.id,
    path: thread.path,
    line: thread.line,
    url: opening?.url ?? null,
    openedBy: opening?.author.login ?? null,
    became: summarize({ resolved: thread.resolved, declined, reply, changedBy }),
    resolvedBy: thread.resolvedBy,
    changedBy,
    declined,
    reply,
  }
}

function summarize({
  resolved,
  declined,
  reply,
  changedBy,
}: Pick<ThreadHistory, 'declined' | 'reply' | 'changedBy'> & {
  readonly resolved: boolean
}): ThreadHistory['became'] {
  if (resolved) return 'resolved'
  if (declined !== null) return 'declined'
  if (changedBy === null) return 'open'
  return reply === null ? 'changed' : 'answered'
}

const toReply = (comment: ThreadComment | undefined): ThreadReply | null =>
  comment === undefined
    ? null
    : {
        by: comment.author.login,
        at: comment.createdAt,
        words: formatQuote(removeQuoted(comment.body)),
        url: comment.url,
      }

/** A reply that says that nothing will be changed. It is shown, and it does not unblock. */
const isDecline = (body: string): boolean =>
  /\b(?:won['’]?t(?: |-)?fix|wontfix|(?:won['’]?t|will not|not going to) (?:be )?(?:fix|chang|address|do\b|implement)|declin(?:e|ed|ing)\b|by design|(?:is|are|this was) intend(?:ed|tional)|intentional|false positive|not a (?:bug|problem)|out of scope|leav(?:e|ing) (?:it|this|that) as(?: it)? is|disagree)/i.test(
    removeQuoted(body),
  )

/**
 * The commit that changed the lines of an outdated thread: the first head that was seen after the
 * last one that has them. GitHub names that one, except where it moved the thread to the head.
 */
function findChange({ comments: [opening] }: ReviewThread, seen: CommitReview): CommitSha {
  const { heads, commit } = seen
  const last =
    opening?.lastCommit && opening.lastCommit !== commit
      ? opening.lastCommit
      : (opening?.reviewCommit ?? null)
  const inOrder = [
    ...heads
      .filter(({ sha }) => sha !== commit)
      .toSorted((a, b) => a.firstSeenAt - b.firstSeenAt || (a.sha < b.sha ? -1 : 1))
      .map(({ sha }) => sha),
    commit,
  ]
  const index = last === null ? -1 : inOrder.indexOf(last)
  return index < 0 ? commit : (inOrder[index + 1] ?? commit)
}
