import type { ReviewThread } from '../github/snapshot.ts'
import type { ReviewPolicy } from '../policy/policy.ts'
import { severities } from '../policy/policy.ts'
import type { CommitReview } from './commit-review.ts'
import { readSeverity } from './parse-codex-text.ts'
import { isCodex, isOtherPerson } from './people.ts'
import type { BlockingThread } from './review-outcome.ts'

/**
 * The open threads that block the pull request, sorted by place. A thread belongs to the author of
 * its first comment. Only resolving a thread unblocks: an outdated thread, one answered with "won't
 * fix" and one opened on an earlier head still block.
 */
export function findBlockingThreads(
  seen: CommitReview,
  policy: ReviewPolicy,
): readonly BlockingThread[] {
  return seen.threads
    .filter(({ resolved }) => !resolved)
    .map((thread) => toBlockingThread(thread, seen, policy))
    .filter((one) => one !== null)
    .sort(({ thread: a }, { thread: b }) => (getSortKey(a) < getSortKey(b) ? -1 : 1))
}

function toBlockingThread(
  thread: ReviewThread,
  seen: CommitReview,
  policy: ReviewPolicy,
): BlockingThread | null {
  const [opening] = thread.comments
  if (opening !== undefined && isCodex(opening.author, seen)) {
    const severity = readSeverity(opening.body)
    return severity === null || isBlocking(severity, policy)
      ? { thread, severity, by: 'codex' }
      : null
  }
  // Without its first comment, nothing shows whose thread it is. It is open, so it needs attention.
  const isByPerson = opening === undefined || isOtherPerson(opening.author, seen)
  return isByPerson && policy.human_threads === 'block'
    ? { thread, severity: null, by: 'person' }
    : null
}

export const isBlocking = (severity: BlockingThread['severity'], policy: ReviewPolicy): boolean =>
  severity !== null && severities.indexOf(severity) <= severities.indexOf(policy.blocking_severity)

const getSortKey = ({ path, line, id }: ReviewThread): string =>
  JSON.stringify([path, String(line ?? 0).padStart(9, '0'), id])
