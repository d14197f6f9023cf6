import type { VerdictAnswer } from '../judge/verdict.ts'
import { getKnownValue } from '../lib/known.ts'
import type { Blockers } from '../text/blockers.ts'
import type { Undone } from '../text/undone.ts'
import { listSatisfied } from './attempt-record.ts'
import type { Facts } from './facts.ts'
import { findUndone } from './find-undone.ts'
import { findUptake } from './find-uptake.ts'
import type { Situation } from './situation.ts'

/** Everything that stands against the run, for the texts that tell the agent or a person. */
export function collectBlockers(situation: Situation, answer: VerdictAnswer | null): Blockers {
  const { facts, results } = situation
  const undone = findUndone(facts, answer)
  const blockers: Blockers = {
    results,
    ci: getKnownValue(facts.ci),
    review: getKnownValue(facts.review),
    logs: new Map([...facts.checkLogs].map(([id, { window }]) => [id, window])),
    answer,
    attempts: facts.siblings,
    undone,
    kept: listKept(facts, answer, undone),
    uptake: [],
  }
  return { ...blockers, uptake: findUptake(situation, blockers) }
}

/**
 * What is satisfied now. Where the judge was not asked, a requirement counts that an earlier attempt
 * had satisfied and that is not undone.
 */
function listKept(
  facts: Facts,
  answer: VerdictAnswer | null,
  undone: readonly Undone[],
): Blockers['kept'] {
  const now = listSatisfied(facts, answer)
  if (answer !== null) return now
  const lost = new Set(undone.flatMap((item) => (item.kind === 'requirement' ? item.number : [])))
  const earlier = facts.siblings
    .toSorted((a, b) => a.attempt - b.attempt)
    .flatMap(({ record }) => record?.satisfied.requirements ?? [])
    .filter(({ number }) => !lost.has(number))
  const newest = new Map(earlier.map((requirement) => [requirement.number, requirement]))
  return { ...now, requirements: [...newest.values()].sort((a, b) => a.number - b.number) }
}
