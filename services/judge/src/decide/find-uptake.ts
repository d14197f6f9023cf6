import { getKnownValue } from '../lib/known.ts'
import type { Uptake } from '../run/attempt-record.ts'
import { type Blockers, selectBlockingChecks, selectBlockingThreads } from '../text/blockers.ts'
import { buildInstructions, identifyCheckPoint } from '../text/instructions.ts'
import { containsInstructions } from '../text/next-prompt.ts'
import { listNotes } from '../text/notes.ts'
import { computeUptake } from '../uptake/compute-uptake.ts'
import { listInstructions, type OpenInstruction } from '../uptake/list-instructions.ts'
import { listCheckErrors } from './fingerprint.ts'
import { getPullRequest, type Situation } from './situation.ts'

/** What the next attempt is to do, one by one. */
export function listOpenInstructions(
  { facts }: Pick<Situation, 'facts'>,
  blockers: Blockers,
): readonly OpenInstruction[] {
  return listInstructions(
    buildInstructions(blockers),
    {
      errorLines: new Map(
        selectBlockingChecks(blockers.ci).map((check) => [
          identifyCheckPoint(check),
          listCheckErrors(check, facts).length,
        ]),
      ),
      threads: selectBlockingThreads(blockers.review),
    },
    listNotes(blockers.results),
  )
}

/**
 * What became of the instructions that this attempt was given: those of the last attempt before it
 * that was judged. None if its prompt does not contain them, because a person wrote another one or
 * started it without a dispatch.
 */
export function findUptake(situation: Situation, blockers: Blockers): readonly Uptake[] {
  const { facts, results } = situation
  const { prompt, deliveryId } = facts.run.claims
  const isInstructed = prompt === null ? deliveryId !== null : containsInstructions(prompt)
  const last = facts.siblings
    .filter(({ record }) => record !== null)
    .reduce<Situation['facts']['siblings'][number] | null>(
      (newest, one) => (newest === null || one.attempt > newest.attempt ? one : newest),
      null,
    )
  if (!isInstructed || last === null || results.length === 0) return []
  return computeUptake(last.record?.instructions ?? [], {
    open: listOpenInstructions(situation, blockers),
    results,
    ci: getKnownValue(facts.ci),
    review: getKnownValue(facts.review),
    answer: blockers.answer,
    hasChange: getPullRequest(facts) !== null,
    blind: new Set([
      ...(facts.diff.kind === 'known' ? [] : ['hygiene']),
      ...(getKnownValue(facts.evidence)?.stream ? [] : ['claims']),
    ]),
  })
}
