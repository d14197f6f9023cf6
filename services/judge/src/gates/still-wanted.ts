import type { Issue, PullRequest } from '../github/snapshot.ts'
import type { Instant } from '../lib/instant.ts'
import { type EvidenceItem, type Gate, pass, refuse } from './gate.ts'
import { hasNoPullRequest, waitForFact } from './wait-for-fact.ts'

/** What a person did on GitHub by which the work is not wanted any more. */
export interface Closing {
  readonly reason: 'merged_by_person' | 'pull_request_closed' | 'issue_closed'
  /** The beginning of a sentence: "#7 was merged by octo". */
  readonly what: string
  /** When it was done; null if GitHub does not tell. */
  readonly at: Instant | null
  readonly evidence: readonly EvidenceItem[]
}

/** Finds why the work is not wanted any more; null: pull request (if there is one) and issue are open. */
export function findClosing(pullRequest: PullRequest | null, issue: Issue | null): Closing | null {
  if (pullRequest !== null && pullRequest.state !== 'open') {
    const { number, state, closedBy, closedAt, url } = pullRequest
    return {
      reason: state === 'merged' ? 'merged_by_person' : 'pull_request_closed',
      what: `#${number} was ${state}${closedBy === null ? '' : ` by ${closedBy}`}`,
      at: closedAt,
      evidence: [{ kind: 'pull_request', text: `#${number} is ${state}`, url }],
    }
  }
  if (issue?.state !== 'closed') return null
  return {
    reason: 'issue_closed',
    what: `Issue #${issue.number} was closed`,
    at: issue.closedAt,
    evidence: [{ kind: 'note', text: `#${issue.number} is closed`, url: issue.url }],
  }
}

/**
 * The pull request and the issue are still open. What a person merged or closed on GitHub is not
 * judged.
 */
export const stillWanted: Gate = {
  name: 'still-wanted',
  dependsOn: ['pull_request', 'issue'],
  needs: ['pull_request'],
  evaluate(facts, policy, now) {
    const { change, issueState } = facts
    const about = { what: 'github', facts, policy, now } as const
    if (change.kind !== 'known')
      return waitForFact(change, { ...about, wouldChange: ['pull_request'] })
    const pullRequest = change.value.kind === 'pull_request' ? change.value.pullRequest : null
    const issue = issueState.kind === 'known' ? issueState.value : null
    const closing = findClosing(pullRequest, issue)
    if (closing !== null)
      return refuse(closing.reason, `${closing.what} before the decision.`, closing.evidence)
    if (issueState.kind !== 'known')
      return waitForFact(issueState, { ...about, wouldChange: ['issue'] })
    return pass(hasNoPullRequest(facts) ? 'the issue is open' : 'issue and pull request are open')
  },
}
