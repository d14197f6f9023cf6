import type { VerdictAnswer } from '../judge/verdict.ts'
import { getKnownValue } from '../lib/known.ts'
import type { Blockers } from '../text/blockers.ts'
import { findUndone } from './find-undone.ts'
import type { Situation } from './situation.ts'

/** Everything that stands against the run, for the texts that tell the agent or a person. */
export const collectBlockers = (
  { facts, results }: Situation,
  answer: VerdictAnswer | null,
): Blockers => ({
  results,
  ci: getKnownValue(facts.ci),
  review: getKnownValue(facts.review),
  logs: new Map([...facts.checkLogs].map(([id, { window }]) => [id, window])),
  answer,
  attempts: facts.siblings,
  undone: findUndone(facts, answer),
})
