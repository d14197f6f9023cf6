import type { Instant } from '../lib/instant.ts'
import type { Policy } from '../policy/policy.ts'
import { ci } from './ci.ts'
import { commit } from './commit.ts'
import { emptyDiff } from './empty-diff.ts'
import type { Gate, GateFacts, GateResult } from './gate.ts'
import { metadata } from './metadata.ts'
import { patch } from './patch.ts'
import { pullRequest } from './pull-request.ts'
import { base, behind, draft, mergeConflict } from './pull-request-state.ts'
import { repositoryPolicy } from './repository-policy.ts'
import { review } from './review.ts'
import { scope } from './scope.ts'
import { stillWanted } from './still-wanted.ts'
import { workflow } from './workflow.ts'

/**
 * The gates in the order in which they speak: the first that does not pass names the reason, and
 * all of them are shown. The order is part of the contract (section 9, "Order").
 */
export const gates: readonly Gate[] = [
  metadata,
  repositoryPolicy,
  stillWanted,
  workflow,
  pullRequest,
  commit,
  base,
  draft,
  mergeConflict,
  emptyDiff,
  patch,
  scope,
  ci,
  review,
  behind,
]

/** What one gate said about one run at one moment. */
export interface NamedResult {
  readonly name: string
  readonly result: GateResult
}

/**
 * Every gate's result, in order. A gate never hides another: the next prompt speaks of all that is
 * red.
 */
export const evaluateGates = (
  facts: GateFacts,
  policy: Policy,
  now: Instant,
): readonly NamedResult[] =>
  gates.map((gate) => ({ name: gate.name, result: gate.evaluate(facts, policy, now) }))
