import type { Check } from '../github/snapshot.ts'
import { type EvidenceItem, type Gate, type GateFacts, pass, refuse } from './gate.ts'
import { waitFor, withoutPullRequest } from './unknown.ts'

/**
 * CI of the exact commit is final and green. The fold in `ci/` decides what that means; here its
 * outcome is told.
 */
export const ci: Gate = {
  name: 'ci',
  dependsOn: ['ci', 'head'],
  needs: ['ci', 'checks'],
  evaluate(facts, policy) {
    if (withoutPullRequest(facts)) return pass('there is no pull request')
    if (facts.ci.kind !== 'known')
      return waitFor(facts.ci, { what: 'ci', facts, policy, wouldChange: ['ci', 'head'] })
    const outcome = facts.ci.value
    const show = (checks: readonly Check[]) => checks.map((check) => asEvidence(check, facts))
    switch (outcome.kind) {
      case 'success':
        return pass(outcome.because, show(outcome.passed))
      case 'pending':
        return {
          result: 'wait',
          because: outcome.because,
          evidence: show([...outcome.failed, ...outcome.open]),
          waits: {
            what: 'ci',
            deadline: outcome.deadline,
            late: 'infrastructure',
            wouldChange: ['ci', 'head'],
          },
        }
      case 'failure':
        return refuse('ci_failed', outcome.because, show(outcome.failed))
      case 'action_required':
        return refuse('ci_action_required', outcome.because, show(outcome.checks))
      case 'missing':
        return refuse(
          'ci_missing',
          outcome.because,
          outcome.missing.map((name) => ({ kind: 'note', text: `no result of ${name}` })),
        )
      case 'timeout':
        return refuse('ci_timeout', outcome.because, show([...outcome.failed, ...outcome.open]))
      default:
        return outcome satisfies never
    }
  },
}

function asEvidence(check: Check, { checkLogs }: GateFacts): EvidenceItem {
  const detail = checkLogs.get(check.id) ?? check.summary ?? undefined
  return {
    kind: 'check',
    text: `${check.name}: ${check.state}`,
    url: check.url,
    ...(detail === undefined ? {} : { detail }),
  }
}
