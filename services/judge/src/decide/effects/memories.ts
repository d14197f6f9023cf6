import { getKnownValue } from '../../lib/known.ts'
import { buildMemories } from '../../text/memories.ts'
import type { Effect } from '../effect.ts'
import { getPullRequest, type Situation } from '../situation.ts'
import type { PlannedEffect } from '../step.ts'
import type { Ending } from './ending.ts'
import { planEffect } from './plan-effect.ts'

/** The ten memories of an ended run; skipped where the repository or the issue is not known. */
export function planMemories(
  { facts, results, now }: Situation,
  ending: Ending,
): readonly PlannedEffect[] {
  const memories = buildMemories({
    run: facts.run,
    outcome: {
      status: ending.status,
      reason: ending.reason,
      because: ending.because,
      by: ending.by,
      at: now,
    },
    results,
    answer: ending.answer,
    nextPrompt: ending.nextPrompt,
    evidence: getKnownValue(facts.evidence),
    enrichment: facts.enrichment,
    review: getKnownValue(facts.review),
    pullRequest: getPullRequest(facts),
    diff: getKnownValue(facts.diff),
    ciUrl: facts.ciUrl,
    prUrl: getPullRequest(facts)?.url ?? facts.lastSeen.prUrl,
    observed: facts.change.kind === 'known',
  })
  const effect: Effect = {
    kind: 'remember',
    key: `remember:${facts.run.id}:${facts.run.version}`,
    memories,
  }
  return [
    memories.length === 0
      ? planEffect(effect, { skip: 'the repository or the issue is not known' })
      : planEffect(effect),
  ]
}
