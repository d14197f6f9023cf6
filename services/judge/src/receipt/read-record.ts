import type { Facts } from '../decide/facts.ts'
import type { Diff } from '../diff/diff.ts'
import { parseDiff } from '../diff/parse-diff.ts'
import { getErrorMessage } from '../lib/failure.ts'
import { hashJson } from '../lib/ids.ts'
import { type Instant, toInstantOrNull } from '../lib/instant.ts'
import { isObject, type Json, type JsonObject } from '../lib/json.ts'
import type { Policy } from '../policy/policy.ts'
import { fromPlainJson } from './canonical-json.ts'
import type { PartName, Readings, Trigger } from './decision-record.ts'

/** What a decision was made from, read again from its parts. */
export interface DecisionInput {
  readonly facts: Facts
  readonly policy: Policy
  readonly now: Instant
  readonly trigger: Trigger
  readonly readings: Readings | null
}

export type ReadInput = { readonly ok: DecisionInput } | { readonly because: string }

/**
 * Reads what a decision was made from. `because` says why it cannot be replayed: a part is gone, or
 * another release wrote it without what this one decides by.
 */
export function readInput(parts: Readonly<Partial<Record<PartName, Json>>>): ReadInput {
  const { trigger, facts, policy, readings = null, diff } = parts
  if (!isObject(trigger) || facts === undefined || !isObject(policy))
    return { because: 'what it was made from is not kept' }
  const now = typeof trigger.at === 'number' ? toInstantOrNull(trigger.at) : null
  if (now === null || !isTrigger(trigger)) return { because: 'what caused it cannot be read' }
  const effective = fromPlainJson(policy.effective ?? null)
  if (!isPolicy(effective)) return { because: 'its policy is not one of this release' }
  const parsed = readDiff(facts, diff)
  if ('because' in parsed) return parsed
  const read = fromPlainJson(facts)
  const missing = findMissingFact(read)
  if (missing !== null || !isFacts(read))
    return { because: `its facts lack "${missing}", which this release decides by` }
  const found = fromPlainJson(readings)
  return {
    ok: {
      facts: parsed.diff === null ? read : withDiff(read, parsed.diff),
      policy: effective,
      now,
      trigger,
      readings: isReadings(found) ? found : null,
    },
  }
}

const isTrigger = (value: JsonObject): value is JsonObject & Trigger =>
  (value.kind === 'action' && isObject(value.input)) ||
  (value.kind === 'fault' && isObject(value.fault)) ||
  value.kind === 'observation'

/** The version is a digest of the rules, so a policy that has another one was changed. */
export function isPolicy(value: unknown): value is Policy {
  if (typeof value !== 'object' || value === null || !('version' in value)) return false
  const { version, ...rules } = value
  return version === hashJson(rules)
}

const isReadings = (value: unknown): value is Readings =>
  typeof value === 'object' && value !== null && 'reviewers' in value && 'head' in value

/** Facts whose diff is known but null refer to the part that is its text. */
function readDiff(
  facts: Json,
  text: Json | undefined,
): { diff: Diff | null } | { because: string } {
  const diff = isObject(facts) && isObject(facts.diff) ? facts.diff : null
  if (diff?.kind !== 'known' || diff.value !== null) return { diff: null }
  if (typeof text !== 'string') return { because: 'the text of its diff is not kept' }
  try {
    return { diff: parseDiff(text) }
  } catch (error) {
    return { because: getErrorMessage(error) }
  }
}

const withDiff = (facts: Facts, diff: Diff): Facts =>
  facts.diff.kind === 'known' ? { ...facts, diff: { ...facts.diff, value: diff } } : facts

/** Every fact, so that those of a release that did not know one of them are recognised. */
export const factNames: readonly (keyof Facts)[] = [
  'run',
  'repositoryPolicy',
  'evidence',
  'issue',
  'issueState',
  'change',
  'ci',
  'review',
  'diff',
  'addedSecrets',
  'testChanges',
  'waivers',
  'checkLogs',
  'base',
  'knownFlakes',
  'siblings',
  'grantedAttempts',
  'money',
  'nextOrdinal',
  'verdicts',
  'unreadCitations',
  'codeContext',
  'effects',
  'enrichment',
  'runUrl',
  'ciUrl',
  'lastSeen',
  'pollCount',
  'pollStretch',
  'completion',
  'dispatchOff',
  'escalation',
  'release',
  'reconsiderAt',
  'hasNewerRun',
]

const findMissingFact = (value: unknown): string | null =>
  typeof value === 'object' && value !== null
    ? (factNames.find((name) => !Object.hasOwn(value, name)) ?? null)
    : 'run'

const isFacts = (value: unknown): value is Facts => findMissingFact(value) === null
