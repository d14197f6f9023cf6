import { explainSpentBudget, noMoney } from '../judge/budget.ts'
import { estimateWorstCase, selectAskBudget } from '../judge/cost.ts'
import { toSentence } from '../lib/text.ts'
import type { Policy } from '../policy/policy.ts'
import { isInfrastructure, reasons } from '../run/reasons.ts'
import { toOneSentence } from '../text/untrusted-text.ts'
import { identifyChange } from './attempt-record.ts'
import { type Allowance, detectNoProgress } from './attempts.ts'
import type { Conclusion } from './end-run.ts'
import { explainRepetition } from './explain-repetition.ts'
import { computeFingerprint } from './fingerprint.ts'
import type { Situation } from './situation.ts'

/** How much of a finding is shown before the comparison with earlier attempts. */
const MAX_FINDING_CHARS = 250

/**
 * Why a person is asked instead of starting another attempt: it makes no progress, none is left, or
 * the issue cannot pay for it. Null: nothing speaks against it. Failing alike is named first,
 * because it is the better reason to stop.
 */
export function findStop(
  situation: Situation,
  refusal: Conclusion,
  allowance: Allowance,
): Conclusion | null {
  const repeated = findRepetition(situation, refusal)
  if (repeated !== null) return repeated
  const because = toSentence(refusal.because)
  if (allowance.kind === 'exhausted') {
    const { reason } = allowance
    return { ...refusal, reason, because: `${because} ${reasons[reason].text}` }
  }
  const spent = explainSpentMoney(situation)
  return spent === null
    ? null
    : { ...refusal, reason: 'budget_exhausted', because: `${because} ${spent}`, cause: null }
}

function findRepetition(situation: Situation, refusal: Conclusion): Conclusion | null {
  const { facts, policy, results } = situation
  const { reason, answer } = refusal
  if (isInfrastructure(reason)) return null
  const now = {
    fingerprint: computeFingerprint(reason, facts, { results, answer }),
    ...identifyChange(facts),
  }
  const repetition = detectNoProgress(facts.siblings, now, policy.no_progress)
  if (repetition === null) return null
  const { because, evidence } = explainRepetition(facts, { ...refusal, results }, repetition)
  const finding = toOneSentence(refusal.because, MAX_FINDING_CHARS).replace(/\.$/, '')
  return {
    ...refusal,
    reason: 'no_progress',
    because: `${finding}; ${because}`,
    evidence: [...refusal.evidence, ...evidence],
  }
}

/** Why the issue cannot pay for another attempt; null where it can, or where none costs anything. */
function explainSpentMoney({ facts, policy }: Situation): string | null {
  if (policy.judge.models.length === 0 && !policy.budget.count_agent) return null
  const { budget } = policy
  return explainSpentBudget(facts.money, { budget, leastUsd: computeLeastCost(policy) })
}

/** What judging one attempt costs at least, in USD: one question without a prompt. */
function computeLeastCost(policy: Policy): number {
  const [model] = policy.judge.models
  return model === undefined ? 0 : estimateWorstCase(0, selectAskBudget(model, noMoney, policy))
}
