import { getRequirementNumber } from '../judge/requirement-number.ts'
import type { VerdictAnswer } from '../judge/verdict.ts'
import { getKnownValue } from '../lib/known.ts'
import type { AttemptRecord, SatisfiedRequirement } from '../run/attempt-record.ts'
import { formatPlace, selectBlockingChecks, selectBlockingThreads } from '../text/blockers.ts'
import type { Undone } from '../text/undone.ts'
import { addsLine, identifyCheck } from './attempt-record.ts'
import type { Facts } from './facts.ts'
import { getPullRequest } from './situation.ts'

interface Earlier {
  readonly attempt: number
  readonly record: AttemptRecord
}

/**
 * What an earlier attempt had satisfied and this one does not: requirements, review threads and
 * checks. Of several attempts that had satisfied the same, the newest is named.
 */
export function findUndone(facts: Facts, answer: VerdictAnswer | null): readonly Undone[] {
  const earlier = facts.siblings
    .flatMap(({ attempt, record }): Earlier[] => (record === null ? [] : [{ attempt, record }]))
    .sort((a, b) => b.attempt - a.attempt)
  if (earlier.length === 0) return []
  return [
    ...findUndoneRequirements(facts, answer, earlier),
    ...findUndoneThreads(facts, earlier),
    ...findUndoneChecks(facts, earlier),
  ]
}

function findUndoneRequirements(
  facts: Facts,
  answer: VerdictAnswer | null,
  earlier: readonly Earlier[],
): readonly Undone[] {
  const newest = new Map<
    number,
    { attempt: number; base: string | null; was: SatisfiedRequirement }
  >()
  for (const { attempt, record } of earlier)
    for (const was of record.satisfied.requirements)
      if (!newest.has(was.number)) newest.set(was.number, { attempt, base: record.base, was })
  const unmet = new Set(
    (answer?.requirements_coverage ?? [])
      .filter(({ met }) => !met)
      .map(({ requirement }) => getRequirementNumber(requirement)),
  )
  return [...newest.values()]
    .filter(({ base, was }) =>
      answer === null ? hasLostLines(facts, base, was) : unmet.has(was.number),
    )
    .sort((a, b) => a.was.number - b.was.number)
    .map(({ attempt, was }) => ({ kind: 'requirement', attempt, ...was, judged: answer !== null }))
}

/**
 * Where the judge was not asked: whether the change has none of the lines any longer that showed the
 * requirement. On another base, they may be part of that.
 */
function hasLostLines(
  facts: Facts,
  base: string | null,
  { citations }: SatisfiedRequirement,
): boolean {
  const diff = getKnownValue(facts.diff)
  const added = citations.filter((citation) => citation.added)
  if (diff === null || diff.tooLarge !== null || added.length === 0) return false
  return (
    base === (getPullRequest(facts)?.baseSha ?? null) &&
    added.every(({ quote }) => !addsLine(diff, quote))
  )
}

function findUndoneThreads(facts: Facts, earlier: readonly Earlier[]): readonly Undone[] {
  return selectBlockingThreads(getKnownValue(facts.review)).flatMap(({ thread }): Undone[] => {
    const found = earlier.find(({ record }) =>
      record.satisfied.threads.some(({ id }) => id === thread.id),
    )
    if (found === undefined) return []
    const url = thread.comments[0]?.url ?? null
    return [{ kind: 'thread', attempt: found.attempt, place: formatPlace(thread), url }]
  })
}

function findUndoneChecks(facts: Facts, earlier: readonly Earlier[]): readonly Undone[] {
  const ci = getKnownValue(facts.ci)
  if (ci?.kind !== 'failure' && ci?.kind !== 'timeout') return []
  return selectBlockingChecks(ci).flatMap((check): Undone[] => {
    const { app, workflow, name } = identifyCheck(check)
    const found = earlier.find(({ record }) =>
      record.satisfied.checks.some(
        (one) => one.app === app && one.workflow === workflow && one.name === name,
      ),
    )
    return found === undefined
      ? []
      : [{ kind: 'check', attempt: found.attempt, name: check.label, url: check.url }]
  })
}
