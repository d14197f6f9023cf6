import { addMillis } from '../lib/instant.ts'
import { formatIssueLabel } from '../run/run.ts'
import { buildFaultQuestion, explainFault } from '../text/fault.ts'
import { endRun } from './end-run.ts'
import type { FaultCount } from './faults.ts'
import type { Situation } from './situation.ts'
import type { EndStep } from './step.ts'

/**
 * Ends a run that the service cannot reconcile, with a question to a person. Whatever was observed
 * is not part of it, because it may be what fails. The reason is `infrastructure_exhausted`: a
 * fault of our own is neither the agent's failure nor the `outage` of an external system.
 */
export function endAfterFault(
  situation: Situation,
  fault: FaultCount & { readonly message: string },
): EndStep {
  const { facts, policy, now } = situation
  const { claims, status } = facts.run
  const text = {
    label: formatIssueLabel(claims.repository, claims.issueNumber),
    message: fault.message,
    times: fault.all,
    isOverdue: fault.isOverdue,
  }
  return endRun(
    situation,
    {
      reason: 'infrastructure_exhausted',
      because: explainFault(text),
      evidence: [],
      answer: null,
      mover: status === 'notified' ? 'silence' : 'decision',
    },
    {
      status: 'needs_human',
      causeReason: null,
      escalation: {
        ...buildFaultQuestion(text),
        remindAt: addMillis(now, policy.escalation.remind),
        deadline: addMillis(now, policy.escalation.close),
        shared: null,
      },
    },
  )
}
