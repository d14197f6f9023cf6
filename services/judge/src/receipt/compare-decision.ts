import { isObject, type Json, type JsonObject } from '../lib/json.ts'
import { getKnownValue } from '../lib/known.ts'
import { clip, formatList, pluralize } from '../lib/text.ts'
import { formatCanonical, toPlainJson } from './canonical-json.ts'
import { computeCouncil, type PartName } from './decision-record.ts'
import { type Difference, findDifferences } from './find-differences.ts'
import type { DecisionInput } from './read-record.ts'
import type { RecordedDecision } from './receipt.ts'
import { recomputeOutcomes, replay } from './replay.ts'

/** One line of a verification. */
export interface VerifiedLine {
  /** `recorded`: it is not derived, so only the digests cover it. */
  readonly state: 'equal' | 'differs' | 'recorded'
  readonly text: string
}

export const equal = (text: string): VerifiedLine => ({ state: 'equal', text })
export const differs = (text: string): VerifiedLine => ({ state: 'differs', text })
export const recorded = (text: string): VerifiedLine => ({ state: 'recorded', text })

export type Parts = Readonly<Partial<Record<PartName, Json>>>

interface Comparison {
  readonly decision: RecordedDecision
  readonly parts: Parts
  readonly input: DecisionInput
  /** This release. */
  readonly release: string
}

/** Derives one decision again, and compares it with what was recorded. */
export function compareDecision(comparison: Comparison): readonly VerifiedLine[] {
  const { decision, parts, input, release } = comparison
  const step = toObject(parts.step)
  const derived = toObject(toPlainJson(replay(input)))
  const summary = compare('decision', 'outcome, reason and policy version', [
    toPlainJson({
      outcome: decision.outcome,
      reason: decision.reason,
      because: decision.because,
      policyVersion: decision.policyVersion,
      commitSha: decision.commitSha,
    }),
    toPlainJson({
      outcome: step.status,
      reason: step.reason,
      because: step.because,
      policyVersion: input.policy.version,
      commitSha: input.facts.run.commitSha,
    }),
  ])
  if (decision.release !== release)
    return [
      ...summary,
      recorded(
        `release ${decision.release} decided, and this is release ${release}: the texts are ` +
          'not compared; the status, the reason and the result of each gate are',
      ),
      ...compare('step', 'status, reason and gates', toOutcomes(step, derived)),
    ]
  return [
    ...summary,
    ...compareFacts(comparison),
    ...compare('council', 'the council of the models', [
      parts.council,
      toPlainJson(computeCouncil(input.facts, input.policy)),
    ]),
    ...compare('step', describeStep(step), [step, derived]),
  ]
}

/** What other systems answered is recorded; what was computed from their answers is derived. */
function compareFacts({ parts, input }: Comparison): readonly VerifiedLine[] {
  const outcomes = recomputeOutcomes(input)
  const { ci, review, addedSecrets } = input.facts
  const secrets = getKnownValue(addedSecrets) ?? []
  const derivedNames = [
    ...(parts.diff === undefined ? [] : ['diff']),
    ...(outcomes === null ? [] : ['ci', 'review']),
  ]
  const names = Object.keys(toObject(parts.facts)).filter((name) => !derivedNames.includes(name))
  return [
    ...(parts.diff === undefined ? [] : [equal('facts: the diff, parsed from its text')]),
    ...(outcomes === null
      ? []
      : compare('facts', 'CI and review, from what GitHub answered', [
          toPlainJson({ ci, review }),
          toPlainJson(outcomes),
        ])),
    recorded(`facts: ${formatList(names, names.length)}`),
    ...(secrets.length === 0
      ? []
      : [
          recorded(
            `facts: ${pluralize(secrets.length, 'secret')} that the change adds: only kind and ` +
              'place are kept, and the text is masked, so they cannot be found again',
          ),
        ]),
  ]
}

const toObject = (json: Json | undefined): JsonObject => (isObject(json) ? json : {})
const toList = (json: Json | undefined): readonly Json[] => (Array.isArray(json) ? json : [])

/** What two releases must agree on: the end, and the results of the gates that both know. */
function toOutcomes(own: JsonObject, derived: JsonObject): readonly [Json, Json] {
  const [ours, theirs] = [readResults(own), readResults(derived)]
  const toOutcome = ({ status, reason }: JsonObject, results: ReadonlyMap<string, Json>): Json => ({
    status: status ?? null,
    reason: reason ?? null,
    gates: Object.fromEntries([...results].filter(([name]) => ours.has(name) && theirs.has(name))),
  })
  return [toOutcome(own, ours), toOutcome(derived, theirs)]
}

const readResults = ({ results }: JsonObject): ReadonlyMap<string, Json> =>
  new Map(
    toList(results).map((one) => {
      const { name, result } = toObject(one)
      return [String(name), toObject(result).result ?? null]
    }),
  )

function describeStep({ results, effects, nextPrompt }: JsonObject): string {
  const kinds = toList(effects).map((one) => String(toObject(toObject(one).effect).kind))
  return [
    pluralize(toList(results).length, 'gate'),
    'the reason',
    `${pluralize(kinds.length, 'effect')} with all texts${kinds.length === 0 ? '' : ` (${formatList(kinds, 20)})`}`,
    ...(typeof nextPrompt === 'string' ? ['the next prompt'] : []),
  ].join(', ')
}

/** Differences of one part that are listed; one wrong fact can change a hundred texts. */
const MAX_LISTED = 50
const MAX_VALUE_CHARS = 200

function compare(
  part: string,
  what: string,
  [recordedJson, derivedJson]: readonly [Json | undefined, Json | undefined],
): readonly VerifiedLine[] {
  const found = findDifferences(recordedJson, derivedJson)
  if (found.length === 0) return [equal(`${part}: ${what}`)]
  const rest = found.length - MAX_LISTED
  return [
    ...found.slice(0, MAX_LISTED).map((one) => differs(formatDifference(part, one))),
    ...(rest > 0 ? [differs(`${part}: ${pluralize(rest, 'further difference')}`)] : []),
  ]
}

const formatDifference = (part: string, { path, recorded: own, derived }: Difference): string =>
  `${part}.${path}: recorded ${formatValue(own)}, derived ${formatValue(derived)}`

const formatValue = (json: Json | undefined): string =>
  json === undefined ? 'nothing' : clip(formatCanonical(json), MAX_VALUE_CHARS)
