import type { ReviewThread } from '../github/snapshot.ts'
import type { ReviewPolicy } from '../policy/policy.ts'
import type { CommitReview } from './commit-review.ts'
import { type BlockingThread, severities } from './outcome.ts'
import { severityOf } from './parse-codex-text.ts'
import { isCodex, isOtherPerson } from './people.ts'

/**
 * The threads that stand against the pull request, sorted by place. Whose a thread is, its first
 * comment says. Only resolving unblocks: an outdated thread, or one answered with "won't fix",
 * still stands, and so does one opened on an earlier head.
 */
export function blockingThreads(
  seen: CommitReview,
  policy: ReviewPolicy,
): readonly BlockingThread[] {
  return seen.threads
    .filter(({ resolved }) => !resolved)
    .map((thread) => blocking(thread, seen, policy))
    .filter((one) => one !== null)
    .sort(({ thread: a }, { thread: b }) => (placeOf(a) < placeOf(b) ? -1 : 1))
}

function blocking(
  thread: ReviewThread,
  seen: CommitReview,
  policy: ReviewPolicy,
): BlockingThread | null {
  const [opening] = thread.comments
  if (opening !== undefined && isCodex(opening.author, seen)) {
    const severity = severityOf(opening.body)
    return severity === null || isBlocking(severity, policy)
      ? { thread, severity, by: 'codex' }
      : null
  }
  // Of a thread without its first comment we cannot tell whose it is; it is open, so somebody must
  // look.
  const person = opening === undefined || isOtherPerson(opening.author, seen)
  return person && policy.human_threads === 'block'
    ? { thread, severity: null, by: 'person' }
    : null
}

export const isBlocking = (severity: BlockingThread['severity'], policy: ReviewPolicy): boolean =>
  severity !== null && severities.indexOf(severity) <= severities.indexOf(policy.blocking_severity)

const placeOf = ({ path, line, id }: ReviewThread): string =>
  JSON.stringify([path, String(line ?? 0).padStart(9, '0'), id])
