import type { ReviewThread, ThreadComment } from '../github/snapshot.ts'
import type { ReviewPolicy } from '../policy/policy.ts'
import { severities } from '../policy/policy.ts'
import type { CommitReview } from './commit-review.ts'
import { readSeverity } from './parse-codex-text.ts'
import { isAuthor, isBot, isCodex, isPerson } from './people.ts'
import type { BlockingThread, ThreadHistory } from './review-outcome.ts'
import { keepQuotable, trackThread } from './thread-histories.ts'

/** The threads of the reviewer and of people, each with what became of it, sorted by place. */
export const listThreadHistories = (
  seen: CommitReview,
  policy: ReviewPolicy,
): readonly ThreadHistory[] =>
  sortByPlace(seen.threads)
    .filter((thread) => findOwner(thread, seen, policy) !== null)
    .map((thread) => trackThread(keepQuotable(thread, seen, policy), seen))

/**
 * The open threads that block the pull request, sorted by place, with the comments that count. Only
 * resolving a thread unblocks: an outdated thread, one answered with "won't fix" and one opened on
 * an earlier head still block.
 */
export function findBlockingThreads(
  seen: CommitReview,
  policy: ReviewPolicy,
): readonly BlockingThread[] {
  return sortByPlace(seen.threads)
    .filter(({ resolved }) => !resolved)
    .flatMap((thread) => toBlockingThread(thread, seen, policy) ?? [])
}

function toBlockingThread(
  thread: ReviewThread,
  seen: CommitReview,
  policy: ReviewPolicy,
): BlockingThread | null {
  const owner = findOwner(thread, seen, policy)
  if (owner === null) return null
  const severity = owner.by === 'codex' ? readSeverity(owner.opening.body) : null
  if (owner.by === 'codex' && severity !== null && !isBlocking(severity, policy)) return null
  if (owner.by === 'person' && policy.human_threads === 'ignore') return null
  const own = keepQuotable(thread, seen, policy)
  return { thread: own, severity, by: owner.by, history: trackThread(own, seen) }
}

type ThreadOwner =
  | { readonly by: 'codex'; readonly opening: ThreadComment }
  | { readonly by: 'person' }

/**
 * Whose thread it is: the author's of its first comment. A stranger's thread belongs to the people
 * who took it up in a comment; without one it counts as no one's, like those of bots and of the author.
 */
function findOwner(
  { comments }: ReviewThread,
  seen: CommitReview,
  policy: ReviewPolicy,
): ThreadOwner | null {
  const [opening] = comments
  // Without its first comment, nothing shows whose thread it is. It is open, so it needs attention.
  if (opening === undefined) return { by: 'person' }
  if (isCodex(opening.author, seen)) return { by: 'codex', opening }
  if (isBot(opening.author) || isAuthor(opening.author, seen)) return null
  return comments.some((comment) => isPerson(comment, seen, policy)) ? { by: 'person' } : null
}

export const isBlocking = (severity: BlockingThread['severity'], policy: ReviewPolicy): boolean =>
  severity !== null && severities.indexOf(severity) <= severities.indexOf(policy.blocking_severity)

const sortByPlace = (threads: readonly ReviewThread[]): readonly ReviewThread[] =>
  threads.toSorted((a, b) => (getSortKey(a) < getSortKey(b) ? -1 : 1))

const getSortKey = ({ path, line, id }: ReviewThread): string =>
  JSON.stringify([path, String(line ?? 0).padStart(9, '0'), id])
