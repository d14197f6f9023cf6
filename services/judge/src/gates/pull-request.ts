import { addMillis } from '../lib/instant.ts'
import { getWaitingSince } from '../run/run.ts'
import { type Gate, pass, refuse, waitUntil } from './gate.ts'
import { getJudgingStart, waitForFact } from './wait-for-fact.ts'

/**
 * The run has a pull request, because only work in a pull request counts. It may appear shortly
 * after the workflow ended, so its absence only counts after a grace period.
 */
export const pullRequest: Gate = {
  name: 'pull-request',
  dependsOn: ['pull_request'],
  needs: ['pull_request'],
  evaluate(facts, policy, now) {
    const { change } = facts
    if (change.kind !== 'known')
      return waitForFact(change, {
        what: 'github',
        facts,
        policy,
        now,
        wouldChange: ['pull_request'],
      })
    if (change.value.kind === 'pull_request') {
      const { number, url } = change.value.pullRequest
      return pass(`#${number}`, [{ kind: 'pull_request', text: `#${number}`, url }])
    }
    const { branchHead, baseHead } = change.value
    if (policy.diff.allow_empty && (branchHead === null || branchHead === baseHead))
      return pass('nothing was changed, which policy allows')
    const deadline = addMillis(getJudgingStart(facts), policy.ci.no_checks_grace)
    const branch = facts.run.claims.branch ?? 'its branch'
    if (now < deadline)
      return waitUntil(
        `no pull request of ${branch} yet`,
        {
          what: 'pull_request',
          since: getWaitingSince(facts.run, 'pull_request', now),
          deadline,
          wouldChange: ['pull_request'],
          items: [{ text: `a pull request of ${branch}`, url: null }],
        },
        { reasonIfLate: 'missing_pull_request' },
      )
    return refuse(
      'missing_pull_request',
      branchHead === null
        ? `There is no branch ${branch}, and so no pull request of it.`
        : `The branch ${branch} has no pull request.`,
    )
  },
}
