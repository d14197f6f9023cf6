import { type Gate, pass, refuse } from './gate.ts'
import { waitFor, withoutPullRequest } from './unknown.ts'

/**
 * What a person ended outside is not ours to judge: a merged or closed pull request, a closed
 * issue.
 */
export const stillWanted: Gate = {
  name: 'still-wanted',
  dependsOn: ['pull_request', 'issue'],
  needs: ['pull_request'],
  evaluate(facts, policy) {
    const { change, issueState } = facts
    if (change.kind !== 'known')
      return waitFor(change, { what: 'github', facts, policy, wouldChange: ['pull_request'] })
    if (change.value.kind === 'pull_request') {
      const { pullRequest } = change.value
      const by = pullRequest.closedBy === null ? '' : ` by ${pullRequest.closedBy}`
      const evidence = [
        {
          kind: 'pull_request' as const,
          text: `#${pullRequest.number} is ${pullRequest.state}`,
          url: pullRequest.url,
        },
      ]
      if (pullRequest.state === 'merged')
        return refuse(
          'merged_by_person',
          `#${pullRequest.number} was merged${by} before the decision.`,
          evidence,
        )
      if (pullRequest.state === 'closed')
        return refuse(
          'pull_request_closed',
          `#${pullRequest.number} was closed${by} before the decision.`,
          evidence,
        )
    }
    if (issueState.kind !== 'known')
      return waitFor(issueState, { what: 'github', facts, policy, wouldChange: ['issue'] })
    if (issueState.value?.state === 'closed') {
      return refuse(
        'issue_closed',
        `Issue #${issueState.value.number} was closed before the decision.`,
        [
          {
            kind: 'note',
            text: `#${issueState.value.number} is closed`,
            url: issueState.value.url,
          },
        ],
      )
    }
    return pass(withoutPullRequest(facts) ? 'the issue is open' : 'issue and pull request are open')
  },
}
