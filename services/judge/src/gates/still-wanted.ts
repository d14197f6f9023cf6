import { type Gate, pass, refuse } from './gate.ts'
import { hasNoPullRequest, waitForFact } from './wait-for-fact.ts'

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
    if (change.kind !== 'known')
      return waitForFact(change, {
        what: 'github',
        facts,
        policy,
        now,
        wouldChange: ['pull_request'],
      })
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
      return waitForFact(issueState, {
        what: 'github',
        facts,
        policy,
        now,
        wouldChange: ['issue'],
      })
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
    return pass(hasNoPullRequest(facts) ? 'the issue is open' : 'issue and pull request are open')
  },
}
