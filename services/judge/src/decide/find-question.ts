import { evaluateGates } from '../gates/index.ts'
import { evaluateCouncil } from '../judge/council.ts'
import type { Instant } from '../lib/instant.ts'
import type { Policy } from '../policy/policy.ts'
import { findAsks } from './effects/ask.ts'
import type { Facts } from './facts.ts'
import { getVerdictSubject } from './verdict-subject.ts'

/** A question to one model, and what was wrong with its previous answer. */
export interface DueQuestion {
  readonly model: string
  readonly fault: string | null
}

/**
 * The question that is to be asked now; null: there is none, or its answer is awaited. An
 * observation reads the code around the change only for a question, since that costs a request.
 */
export function findQuestion(facts: Facts, policy: Policy, now: Instant): DueQuestion | null {
  const subject = getVerdictSubject(facts)
  if (subject === null || facts.unreadCitations !== null) return null
  // A model that was away, or a budget that was used up, is asked again as a probe.
  const answered = facts.verdicts.filter(
    ({ result }) => result.kind === 'valid' || result.kind === 'invalid',
  )
  const council = evaluateCouncil(answered, subject, policy.judge)
  if (council.kind !== 'undecided') return null
  const asks = findAsks(facts.effects, council.next.model, subject)
  if (asks.some(isAwaited)) return null
  // The gates come last, because they cost the most.
  const results = evaluateGates(facts, policy, now)
  return results.some(({ result }) => result.result !== 'pass') ? null : council.next
}

/** Whether the answer of a question may still come. */
export const isAwaited = ({ state }: Facts['effects'][number]): boolean =>
  state === 'pending' || state === 'unknown'
