import type { FailureIdentity } from '../ci/commit-checks.ts'
import type { PersonActionInput } from '../decide/decide-person-action.ts'
import type { Facts } from '../decide/facts.ts'
import type { FaultCount } from '../decide/faults.ts'
import type { EndStep } from '../decide/step.ts'
import { getVerdictSubject } from '../decide/verdict-subject.ts'
import type { Snapshot } from '../github/snapshot.ts'
import { evaluateCouncil } from '../judge/council.ts'
import type { Instant } from '../lib/instant.ts'
import type { Json } from '../lib/json.ts'
import type { Policy, PolicyOrigins } from '../policy/policy.ts'
import type { SeenHead } from '../run/seen-head.ts'
import { formatCanonical, toPlainJson } from './canonical-json.ts'

/** What GitHub answered, as far as facts are computed from it under a policy. Masked. */
export interface Readings {
  /** The repository's own policy file at its default branch; null: there is none. */
  readonly policyText: string | null
  readonly reviewers: {
    readonly codexReviewers: readonly string[]
    readonly ourLogins: readonly string[]
  }
  /** Null: there is no pull request with a current head. */
  readonly head: {
    readonly snapshot: Snapshot
    readonly heads: readonly SeenHead[]
    /** Failures of the time before the base was repaired. */
    readonly repaired: readonly FailureIdentity[]
  } | null
}

/** What made the decision: an observation, a person, or a fault of the service itself. */
export type Trigger =
  | { readonly kind: 'observation' }
  | { readonly kind: 'action'; readonly input: PersonActionInput }
  | {
      readonly kind: 'fault'
      readonly fault: FaultCount & { readonly message: string }
      /** True if the effects of the end could not be written. */
      readonly withoutEffects: boolean
    }

/** The prompt that a verdict answers. */
export interface VerdictPrompt {
  readonly verdictId: string
  readonly promptDigest: string
  readonly promptVersion: string
}

/** Everything that a decision was made from, and the decision as it was committed. */
export interface DecisionRecord {
  readonly facts: Facts
  readonly policy: Policy
  readonly origins: PolicyOrigins
  readonly now: Instant
  readonly trigger: Trigger
  /** Null: nothing was read for this decision. */
  readonly readings: Readings | null
  readonly prompts: readonly VerdictPrompt[]
  /** Null: the facts have no diff, or one that was too large to read. */
  readonly diffText: string | null
  readonly step: EndStep
}

/** The parts of a record that are JSON. The text of the diff is a part of its own. */
export const partNames = [
  'trigger',
  'facts',
  'readings',
  'policy',
  'verdicts',
  'council',
  'step',
] as const
export type PartName = (typeof partNames)[number] | 'diff'

/** True if the diff of the facts can be parsed again from its text. */
export const hasDiffText = ({ diff }: Facts): boolean =>
  diff.kind === 'known' && diff.value.tooLarge === null

/** The canonical texts of a decision's parts. The diff is not among them; see `hasDiffText`. */
export function formatParts(
  record: Omit<DecisionRecord, 'diffText'>,
): Readonly<Record<(typeof partNames)[number], string>> {
  const { facts, policy, origins, now, trigger, readings, prompts, step } = record
  const format = (value: unknown): string => formatCanonical(toPlainJson(value))
  return {
    trigger: format({ ...trigger, at: now }),
    facts: formatCanonical(toFactsJson(facts)),
    readings: format(readings),
    policy: format({ effective: policy, origins }),
    verdicts: format(prompts),
    council: format(computeCouncil(facts, policy)),
    step: format(step),
  }
}

/** The parsed diff is left out, because it follows from its text: its value is null. */
const toFactsJson = (facts: Facts): Json =>
  toPlainJson(hasDiffText(facts) ? { ...facts, diff: { ...facts.diff, value: null } } : facts)

/** What the models' verdicts amount to; null where there is nothing that they could be about. */
export function computeCouncil(facts: Facts, policy: Policy): unknown {
  const subject = getVerdictSubject(facts)
  return subject === null ? null : evaluateCouncil(facts.verdicts, subject, policy.judge)
}
