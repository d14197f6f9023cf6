import { after } from '../lib/instant.ts'
import { type Gate, pass, refuse } from './gate.ts'
import { begun, waitFor } from './unknown.ts'

/**
 * The work is what is in a pull request. It may appear a little after the workflow ended, so its
 * absence has a grace.
 */
export const pullRequest: Gate = {
  name: 'pull-request',
  dependsOn: ['pull_request'],
  needs: ['pull_request'],
  evaluate(facts, policy, now) {
    const { change } = facts
    if (change.kind !== 'known')
      return waitFor(change, { what: 'github', facts, policy, wouldChange: ['pull_request'] })
    if (change.value.kind === 'pull_request') {
      const { number, url } = change.value.pullRequest
      return pass(`#${number}`, [{ kind: 'pull_request', text: `#${number}`, url }])
    }
    const { branchHead, baseHead } = change.value
    if (policy.diff.allow_empty && (branchHead === null || branchHead === baseHead))
      return pass('nothing was changed, which policy allows')
    const deadline = after(begun(facts), policy.ci.no_checks_grace)
    const branch = facts.run.claims.branch ?? 'its branch'
    if (now < deadline) {
      return {
        result: 'wait',
        because: `no pull request of ${branch} yet`,
        evidence: [],
        waits: {
          what: 'pull_request',
          deadline,
          late: 'missing_pull_request',
          wouldChange: ['pull_request'],
        },
      }
    }
    return refuse(
      'missing_pull_request',
      branchHead === null
        ? `There is no branch ${branch} and no pull request of it.`
        : `The branch ${branch} has no pull request.`,
    )
  },
}
