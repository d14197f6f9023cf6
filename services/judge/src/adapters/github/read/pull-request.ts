import type { BaseChange, PullRequest } from '../../../github/snapshot.ts'
import { toInstant, toInstantOrNull } from '../../../lib/instant.ts'
import type { CommitSha } from '../../../run/run.ts'
import { stripBotSuffix, toActor } from './actor.ts'
import type { GqlBaseChange, GqlHistory, GqlPullRequest } from './graphql-types.ts'
import { readName, readText } from './text.ts'

const states = { OPEN: 'open', CLOSED: 'closed', MERGED: 'merged' } as const
const mergeability = {
  MERGEABLE: 'mergeable',
  CONFLICTING: 'conflicting',
  UNKNOWN: 'unknown',
} as const

/** Converts the pull request itself. */
export function toPullRequest(
  from: GqlPullRequest,
  history: GqlHistory | null,
  { head, base }: { readonly head: CommitSha | null; readonly base: CommitSha },
): PullRequest {
  const closer = from.mergedBy ?? history?.closed?.nodes?.at(-1)?.actor
  return {
    number: from.number,
    url: readText(from.url),
    title: readText(from.title),
    body: readText(from.body),
    author: toActor(from.author),
    state: states[from.state],
    draft: from.isDraft,
    mergeable: mergeability[from.mergeable] ?? 'unknown',
    // GitHub reports BEHIND only if the base requires an up-to-date branch. Our own pending status
    // can hide it as BLOCKED.
    behind: from.mergeStateStatus === 'BEHIND',
    headBranch: readText(from.headRefName),
    head,
    baseBranch: readName(from.baseRefName),
    baseSha: base,
    baseChanges: history?.moved?.nodes?.flatMap(toBaseChange) ?? null,
    fromFork: from.isCrossRepository,
    createdAt: toInstant(from.createdAt),
    closedAt: toInstantOrNull(from.closedAt),
    readyAt: toInstantOrNull(history?.ready?.nodes?.at(-1)?.createdAt),
    closedBy: from.state !== 'OPEN' && closer ? stripBotSuffix(closer.login) : null,
  }
}

function toBaseChange(event: GqlBaseChange | null): readonly BaseChange[] {
  const { oldBase, newBase, previousRefName, currentRefName } = event ?? {}
  if (oldBase !== undefined && newBase !== undefined)
    return [{ from: readName(oldBase), to: readName(newBase), byGithub: true }]
  if (previousRefName !== undefined && currentRefName !== undefined)
    return [{ from: readName(previousRefName), to: readName(currentRefName), byGithub: false }]
  return []
}
