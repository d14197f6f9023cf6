import type { Instant } from '../lib/instant.ts'
import type { Policy } from '../policy/policy.ts'
import { ci } from './ci.ts'
import { claims } from './claims.ts'
import { commit } from './commit.ts'
import { emptyDiff } from './empty-diff.ts'
import type { Gate, GateFacts, GateResult } from './gate.ts'
import { hygiene } from './hygiene.ts'
import { metadata } from './metadata.ts'
import { patch } from './patch.ts'
import { pullRequest } from './pull-request.ts'
import { base, behind, draft, mergeConflict } from './pull-request-state.ts'
import { repositoryPolicy } from './repository-policy.ts'
import { review } from './review.ts'
import { scope } from './scope.ts'
import { secrets } from './secrets.ts'
import { stillWanted } from './still-wanted.ts'
import { tests } from './tests.ts'
import { workflow } from './workflow.ts'

/**
 * The gates in order: the first one that does not pass decides, and the results of all are shown.
 * The order is public (docs/contract.md, "Order of gates"). The last two only notice.
 */
export const gates: readonly Gate[] = [
  metadata,
  repositoryPolicy,
  stillWanted,
  workflow,
  pullRequest,
  commit,
  secrets,
  base,
  draft,
  mergeConflict,
  emptyDiff,
  patch,
  scope,
  tests,
  ci,
  review,
  behind,
  hygiene,
  claims,
]

/** The result of one gate. */
export interface NamedResult {
  readonly name: string
  readonly result: GateResult
}

/**
 * Every gate's result, in order. All gates are evaluated, so that the next prompt can name
 * everything that blocks the run.
 */
export const evaluateGates = (
  facts: GateFacts,
  policy: Policy,
  now: Instant,
): readonly NamedResult[] =>
  gates.map((gate) => ({ name: gate.name, result: gate.evaluate(facts, policy, now) }))
