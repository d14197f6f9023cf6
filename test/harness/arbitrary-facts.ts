import fc from 'fast-check'
import { type CheckLog, readCheckLog } from '../../services/judge/src/ci/logs/check-log.ts'
import type { Facts, SharedQuestion } from '../../services/judge/src/decide/facts.ts'
import type { Instant } from '../../services/judge/src/lib/instant.ts'
import type { SharedCause } from '../../services/judge/src/run/shared-cause.ts'
import { createAcceptedFacts, escalation, flake, issue, issueText } from './accepted-facts.ts'
import { findings } from './arbitrary-findings.ts'
import {
  baseComparisons,
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

const causes: fc.Arbitrary<SharedCause> = fc.constantFrom<SharedCause[]>(
  { kind: 'system', system: 'github', scope: null },
  { kind: 'system', system: 'artifacts', scope: null },
  { kind: 'system', system: 'argo', scope: null },
  { kind: 'model', model: 'openai/gpt-5.2' },
  { kind: 'dispatcher' },
  { kind: 'budget', repository: 'acme/widgets', day: '2026-11-21' },
  { kind: 'base', repository: 'acme/widgets', base: 'main' },
  { kind: 'repository', reason: 'ci_missing', repository: 'acme/widgets' },
)
const sharedQuestions = fc.option(
  fc.record({ cause: causes, probedAt: maybeMoment }) satisfies fc.Arbitrary<SharedQuestion>,
)

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
      ...findings,
      checkLogs: someText.map(
        (log): ReadonlyMap<number, CheckLog> => new Map([[1, readCheckLog(log)]]),
      ),
      base: knownOr(baseComparisons),
      knownFlakes: fc.constantFrom([], [flake]),
      siblings,
      grantedAttempts: fc.integer({ min: 0, max: 2 }),
      money: fc.record({
        runSpentUsd: fc.constantFrom(0, 0.5, 3),
        spentUsd: fc.constantFrom(0, 0, 3, 10, 12),
        grantedUsd: fc.constantFrom(0, 2),
        raisedUsd: fc.constantFrom(null, null, 40),
      }),
      nextOrdinal: fc.integer({ min: 2, max: 9 }),
      verdicts: createVerdicts(anyResults),
      unreadCitations: fc.oneof(
        { weight: 4, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: someText },
      ),
      codeContext: fc.option(
        knownOr(fc.constant({ files: [], unread: [{ path: 'a.ts', because: 'it is binary' }] })),
      ),
      effects,
      pollCount: fc.integer({ min: 0, max: 50 }),
      pollStretch: fc.constantFrom(1, 2.5, 1_000),
      completion: fc.option(
        knownOr(fc.constantFrom(...(['running', 'finished', 'unknown', 'contradicted'] as const))),
      ),
      dispatchOff: fc.constantFrom(null, null, null, 'DISPATCHER_URL is not set'),
      escalation: fc.option(
        fc
          .tuple(maybeMoment, moment, sharedQuestions)
          .map(
            ([remindAt, deadline, shared]: [Instant | null, Instant, SharedQuestion | null]) => ({
              ...escalation,
              remindAt,
              deadline,
              shared,
            }),
          ),
      ),
      release: fc.option(
        fc.record({
          kind: fc.constantFrom('recovered' as const, 'unanswered' as const, 'answered' as const),
          because: someText,
        }),
        { freq: 1 },
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
