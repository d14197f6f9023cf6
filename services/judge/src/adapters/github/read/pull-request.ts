import type { PullRequest } from '../../../github/snapshot.ts'
import { instant, instantOrNull } from '../../../lib/instant.ts'
import type { CommitSha } from '../../../run/run.ts'
import { actorOf, bareLogin } from './actor.ts'
import type { GqlHistory, GqlPullRequest } from './answers.ts'
import { nameOf, textOf } from './text.ts'

const states = { OPEN: 'open', CLOSED: 'closed', MERGED: 'merged' } as const
const mergeability = {
  MERGEABLE: 'mergeable',
  CONFLICTING: 'conflicting',
  UNKNOWN: 'unknown',
} as const

/** The pull request itself, in our words. */
export function pullRequestOf(
  from: GqlPullRequest,
  history: GqlHistory | null,
  { head, base }: { readonly head: CommitSha | null; readonly base: CommitSha },
): PullRequest {
  const closer = from.mergedBy ?? history?.closed?.nodes?.at(-1)?.actor
  return {
    number: from.number,
    url: textOf(from.url),
    title: textOf(from.title),
    body: textOf(from.body),
    author: actorOf(from.author),
    state: states[from.state],
    draft: from.isDraft,
    mergeable: mergeability[from.mergeable] ?? 'unknown',
    // GitHub says BEHIND only where the base demands an up-to-date branch; our own pending status
    // may hide it as BLOCKED.
    behind: from.mergeStateStatus === 'BEHIND',
    headBranch: textOf(from.headRefName),
    head,
    baseBranch: nameOf(from.baseRefName),
    baseSha: base,
    fromFork: from.isCrossRepository,
    createdAt: instant(from.createdAt),
    closedAt: instantOrNull(from.closedAt),
    readyAt: instantOrNull(history?.ready?.nodes?.at(-1)?.createdAt),
    closedBy: from.state !== 'OPEN' && closer ? bareLogin(closer.login) : null,
  }
}
