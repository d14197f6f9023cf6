import { decide } from '../decide/decide.ts'
import { decidePersonAction } from '../decide/decide-person-action.ts'
import { endAfterFault } from '../decide/end-after-fault.ts'
import type { Facts } from '../decide/facts.ts'
import { evaluateCi, evaluateReview } from '../decide/head-view.ts'
import type { Step } from '../decide/step.ts'
import { known } from '../lib/known.ts'
import type { DecisionInput } from './read-record.ts'

/** Decides again, by the same functions as the service. Throws if the facts were tampered with. */
export function replay({ facts, policy, now, trigger }: DecisionInput): Step | null {
  switch (trigger.kind) {
    case 'observation':
      return decide(facts, now, policy)
    case 'action': {
      const decided = decidePersonAction({ facts, policy, now, results: [] }, trigger.input)
      return decided.kind === 'step' ? decided.step : null
    }
    case 'fault': {
      const end = endAfterFault({ facts, policy, now, results: [] }, trigger.fault)
      return trigger.withoutEffects ? { ...end, effects: [] } : end
    }
    default:
      return trigger satisfies never
  }
}

/**
 * The outcomes of CI and review, computed again from what GitHub answered and under the policy of
 * the input; null where there was no head to read, or what was read is not known.
 */
export function recomputeOutcomes({
  facts,
  policy,
  now,
  readings,
}: DecisionInput): Pick<Facts, 'ci' | 'review'> | null {
  const head = readings?.head ?? null
  if (readings === null || head === null || facts.ci.kind !== 'known') return null
  const view = {
    ...head,
    run: facts.run,
    head: facts.ci.value.commit,
    effects: facts.effects,
    now,
    policy,
  }
  return {
    ci: known(evaluateCi(view), now),
    review: known(evaluateReview(view, readings.reviewers), now),
  }
}
