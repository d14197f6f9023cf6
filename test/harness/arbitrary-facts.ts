import fc from 'fast-check'
import type { Facts } from '../../services/judge/src/decide/facts.ts'
import type { Instant } from '../../services/judge/src/lib/instant.ts'
import { createAcceptedFacts, escalation, issue, issueText } from './accepted-facts.ts'
import {
  changes,
  ciOutcomes,
  diffs,
  evidences,
  knownOr,
  maybeMoment,
  moment,
  reviewOutcomes,
  someText,
} from './arbitrary-observations.ts'
import { anyResults, createVerdicts, effects, runs, siblings } from './arbitrary-state.ts'

/* Facts of every kind, in every combination. */

type FactArbitraries = { readonly [K in keyof Facts]?: fc.Arbitrary<Facts[K]> }

/** Facts of any kind; `over` narrows some of them. */
export const anyFactsWith = (over: FactArbitraries = {}): fc.Arbitrary<Facts> =>
  fc
    .record({
      run: runs,
      repositoryPolicy: knownOr(
        fc.oneof(
          fc.constant({ kind: 'absent' as const }),
          someText.map((text) => ({ kind: 'applied' as const, ignored: [text] })),
          someText.map((text) => ({ kind: 'invalid' as const, faults: [text] })),
        ),
      ),
      evidence: knownOr(evidences),
      issue: knownOr(someText.map((body) => ({ ...issueText, body }))),
      issueState: knownOr(
        fc.constantFrom(issue, issue, { ...issue, state: 'closed' as const }, null),
      ),
      change: knownOr(changes),
      ci: knownOr(ciOutcomes),
      review: knownOr(reviewOutcomes),
      diff: knownOr(diffs),
      checkLogs: someText.map((log): ReadonlyMap<number, string> => new Map([[1, log]])),
      siblings,
      grantedAttempts: fc.integer({ min: 0, max: 2 }),
      nextOrdinal: fc.integer({ min: 2, max: 9 }),
      verdicts: createVerdicts(anyResults),
      unreadCitations: fc.oneof(
        { weight: 4, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: someText },
      ),
      effects,
      pollCount: fc.integer({ min: 0, max: 50 }),
      pollStretch: fc.constantFrom(1, 2.5, 1_000),
      completion: fc.constantFrom(null, 'running', 'finished', 'unknown'),
      escalation: fc.option(
        fc.tuple(maybeMoment, moment).map(([remindAt, deadline]: [Instant | null, Instant]) => ({
          ...escalation,
          remindAt,
          deadline,
        })),
      ),
      ...over,
    } satisfies FactArbitraries)
    .map((parts) => createAcceptedFacts(parts))

/**
 * Facts that let every gate pass except for `over`, so that properties of what follows the gates
 * see enough cases.
 */
export const greenFactsWith = (over: FactArbitraries): fc.Arbitrary<Facts> =>
  fc.record<Partial<Facts>>(over).map((parts) => createAcceptedFacts(parts))
