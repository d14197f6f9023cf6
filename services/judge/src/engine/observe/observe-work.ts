import { isReopenable } from '../../decide/follow-github.ts'
import { findStaleSince } from '../../decide/head-view.ts'
import type { Change } from '../../gates/gate.ts'
import type { Issue } from '../../github/snapshot.ts'
import { getKnownValue, type Known, known } from '../../lib/known.ts'
import type { LoadedRun } from './load-run.ts'
import type { ObserveContext } from './observe-deps.ts'
import { readGithub } from './read-change.ts'

/** What is observed of an ended run: whether anybody still wants its work, or wants it again. */
export interface ObservedWork {
  readonly change: Known<Change>
  readonly issueState: Known<Issue | null>
}

/**
 * Whether an ended run must be compared with GitHub now: a webhook says that something was closed or
 * opened again, or a person is about to be reminded of a question that a merge may have answered.
 */
export function mustObserveWork({ run, escalation, reconsiderAt, now }: LoadedRun): boolean {
  const isAsked = run.status === 'needs_human'
  if (reconsiderAt !== null) return isAsked || run.status === 'needs_iteration' || isReopenable(run)
  if (!isAsked || escalation === null || escalation.shared !== null) return false
  return now >= (escalation.remindAt ?? escalation.deadline)
}

/** Reads the pull request and the issue, and nothing else. */
export async function observeWork(
  context: ObserveContext,
  issue: { readonly repository: string; readonly issueNumber: number },
): Promise<ObservedWork> {
  const { heads, now } = context.loaded
  const { found, repositoryContext } = await readGithub(context, issue)
  if (repositoryContext.kind !== 'known')
    return { change: repositoryContext, issueState: repositoryContext }
  const snapshot = getKnownValue(found)
  const { branchHead, issue: issueState } = repositoryContext.value
  const change: Change =
    snapshot === null
      ? { kind: 'none', branchHead, baseHead: null, since: now }
      : {
          kind: 'pull_request',
          pullRequest: snapshot.pullRequest,
          head: snapshot.pullRequest.head,
          reported: null,
          staleSince:
            snapshot.pullRequest.head === null
              ? null
              : findStaleSince(snapshot.pullRequest.head, heads, branchHead),
        }
  return { change: known(change, now), issueState: known(issueState, now) }
}
