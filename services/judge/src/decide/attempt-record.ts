import type { Diff } from '../diff/diff.ts'
import type { Check } from '../github/snapshot.ts'
import { getRequirementNumber } from '../judge/requirement-number.ts'
import type { VerdictAnswer } from '../judge/verdict.ts'
import { getKnownValue } from '../lib/known.ts'
import type {
  AttemptRecord,
  GivenInstruction,
  SatisfiedCheck,
  SatisfiedRequirement,
  SatisfiedThread,
  Uptake,
} from '../run/attempt-record.ts'
import type { Reason } from '../run/reasons.ts'
import { formatPlace } from '../text/blockers.ts'
import { clean, toOneLine } from '../text/untrusted-text.ts'
import type { ChangeIdentity } from './attempts.ts'
import type { Facts } from './facts.ts'
import { getPullRequest } from './situation.ts'

/** How much of an attempt is kept; a prompt has no room for more. */
const MAX_REQUIREMENTS = 30
const MAX_CITATIONS = 2
const MAX_THREADS = 30
const MAX_CHECKS = 50
const MAX_TEXT_CHARS = 300
const MAX_PATHS = 5

/** Why the attempt ended, what it did with its instructions, and what the next one is to do. */
export interface AttemptEnd {
  readonly reason: Reason
  readonly because: string
  readonly answer: VerdictAnswer | null
  readonly uptake: readonly Uptake[]
  readonly instructions: readonly GivenInstruction[]
}

/** What later attempts must know of this one. */
export function buildAttemptRecord(
  facts: Facts,
  { reason, because, answer, uptake, instructions }: AttemptEnd,
): AttemptRecord {
  const { contentDigest, originDigest } = identifyChange(facts)
  const files = getKnownValue(facts.diff)?.files
  return {
    reason,
    base: getPullRequest(facts)?.baseSha ?? null,
    contentDigest,
    originDigest,
    satisfied: listSatisfied(facts, answer),
    instructions: instructions.map(({ id, gate, text, amount }) => ({ id, gate, text, amount })),
    summary: {
      because: toOneLine(because, MAX_TEXT_CHARS),
      files:
        files === undefined
          ? null
          : {
              paths: files.slice(0, MAX_PATHS).map(({ path }) => toOneLine(path, MAX_TEXT_CHARS)),
              count: files.length,
            },
      obeyed: uptake.filter(({ result }) => result === 'obeyed').length,
      given: uptake.length,
    },
  }
}

/** What is satisfied now: requirements by the judge's answer, threads by GitHub, checks by CI. */
export const listSatisfied = (
  facts: Facts,
  answer: VerdictAnswer | null,
): AttemptRecord['satisfied'] => ({
  requirements: listSatisfiedRequirements(answer, getKnownValue(facts.diff)),
  threads: listResolvedThreads(facts),
  checks: listPassedChecks(facts).map(identifyCheck),
})

/** What the change of this attempt is recognised by in later ones. */
export function identifyChange(facts: Facts): ChangeIdentity {
  const diff = getKnownValue(facts.diff)
  return {
    diffDigest: diff?.digest ?? null,
    contentDigest: diff?.contentDigest ?? null,
    originDigest: diff?.originDigest ?? null,
  }
}

/** The requirements that the judge found met, with the lines that it cited for them. */
function listSatisfiedRequirements(
  answer: VerdictAnswer | null,
  diff: Diff | null,
): readonly SatisfiedRequirement[] {
  const byNumber = Map.groupBy(answer?.requirements_coverage ?? [], ({ requirement }) =>
    getRequirementNumber(requirement),
  )
  return [...byNumber]
    .flatMap(([number, entries]): SatisfiedRequirement[] => {
      const evidence = entries.flatMap((entry) => entry.evidence)
      if (number === null || evidence.length === 0 || !entries.every(({ met }) => met)) return []
      const text = (entries[0]?.requirement ?? '').replace(/^\s*\d+[.):]?\s*/, '')
      const citations = evidence.slice(0, MAX_CITATIONS).map(({ path, line, quote }) => ({
        path: toOneLine(path, MAX_TEXT_CHARS),
        line,
        quote: clean(quote).slice(0, MAX_TEXT_CHARS).toWellFormed(),
        added: diff !== null && addsLine(diff, quote),
      }))
      return [{ number, text: toOneLine(text, MAX_TEXT_CHARS), citations }]
    })
    .sort((a, b) => a.number - b.number)
    .slice(0, MAX_REQUIREMENTS)
}

/** Whether the change adds the line, in whatever file, because files are renamed. */
export const addsLine = (diff: Diff, quote: string): boolean => {
  const wanted = toComparedLine(quote)
  return wanted !== '' && listAddedLines(diff).has(wanted)
}

const toComparedLine = (text: string): string => clean(text.trim()).slice(0, MAX_TEXT_CHARS).trim()

/** The lines that each diff adds: it is asked for every citation, and may have many lines. */
const addedLines = new WeakMap<Diff, ReadonlySet<string>>()

function listAddedLines(diff: Diff): ReadonlySet<string> {
  const known = addedLines.get(diff)
  if (known !== undefined) return known
  const lines = new Set<string>()
  for (const { hunks } of diff.files)
    for (const hunk of hunks)
      for (const { kind, text } of hunk.lines) if (kind === 'added') lines.add(toComparedLine(text))
  addedLines.set(diff, lines)
  return lines
}

const listResolvedThreads = (facts: Facts): readonly SatisfiedThread[] =>
  (getKnownValue(facts.review)?.threadHistories ?? [])
    .filter(({ became }) => became === 'resolved')
    .slice(0, MAX_THREADS)
    .map((history) => ({ id: history.id, place: toOneLine(formatPlace(history), MAX_TEXT_CHARS) }))

function listPassedChecks(facts: Facts): readonly Check[] {
  const ci = getKnownValue(facts.ci)
  const passed = ci?.kind === 'success' || ci?.kind === 'failure' ? ci.passed : []
  return passed.filter(({ state }) => state === 'success').slice(0, MAX_CHECKS)
}

/** What a check is recognised by on another commit. */
export const identifyCheck = ({ app, workflow, name }: Check): SatisfiedCheck => ({
  app: toOneLine(app, MAX_TEXT_CHARS),
  workflow: workflow === null ? null : toOneLine(workflow.name, MAX_TEXT_CHARS),
  name: toOneLine(name, MAX_TEXT_CHARS),
})
