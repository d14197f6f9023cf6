import fc from 'fast-check'
import type { Facts } from '../../services/judge/src/decide/facts.ts'
import type { VerdictAnswer } from '../../services/judge/src/judge/verdict.ts'
import type { Instant } from '../../services/judge/src/lib/instant.ts'
import { addMillis } from '../../services/judge/src/lib/instant.ts'
import { known, unreadable } from '../../services/judge/src/lib/known.ts'
import type { Run } from '../../services/judge/src/run/run.ts'
import {
  createAcceptedFacts,
  createChange,
  diff,
  failing,
  head,
  passing,
} from './accepted-facts.ts'
import { blockingThread, check } from './text-samples.ts'

/** What comes of an attempt, as the external systems show it. */
export interface Outcome {
  readonly kind:
    | 'workflow_failed'
    | 'infrastructure'
    | 'draft'
    | 'ci_failed'
    | 'threads_open'
    /** Every gate passes, and the judge answers. */
    | 'judged'
    | 'outage'
    | 'model_away'
  /** Attempts with the same number fail alike. */
  readonly failure: number
  /** Attempts with the same number make the same change. */
  readonly change: number
  readonly answer: VerdictAnswer
}

export const outcomes: fc.Arbitrary<Outcome> = fc
  .record({
    kind: fc.constantFrom<Outcome['kind'][]>(
      'workflow_failed',
      'infrastructure',
      'infrastructure',
      'draft',
      'ci_failed',
      'ci_failed',
      'threads_open',
      'judged',
      'judged',
      'judged',
      'outage',
      'model_away',
    ),
    failure: fc.nat(30),
    change: fc.nat(60),
    says: fc.constantFrom('fail', 'fail', 'pass', 'unsure'),
  })
  .map(({ says, ...outcome }) => ({ ...outcome, answer: createAnswer(says, outcome.failure) }))

const createAnswer = (says: 'fail' | 'pass' | 'unsure', failure: number): VerdictAnswer => {
  if (says === 'pass') return { ...passing, confidence: 0.9 }
  const confidence = says === 'unsure' ? 0.2 : 0.9
  return { ...failing, missing_items: [`item ${failure}`], confidence }
}

/** What is observed of a run with this outcome, now. */
export function buildOutcomeFacts(run: Run, outcome: Outcome, now: Instant): Facts {
  const facts = createAcceptedFacts({ run, verdicts: [], ...observe(run, outcome, now) })
  return {
    ...facts,
    diff: known(
      {
        ...diff,
        digest: `diff-${outcome.change}`,
        contentDigest: `content-${outcome.change}`,
        originDigest: 'origin',
      },
      now,
    ),
  }
}

function observe(run: Run, { kind, failure }: Outcome, now: Instant): Partial<Facts> {
  const report = (claims: Partial<Run['claims']>): Partial<Facts> => ({
    run: { ...run, claims: { ...run.claims, ...claims } },
  })
  switch (kind) {
    case 'workflow_failed':
      return report({ phase: 'Failed', phaseMessage: `step ${failure} failed` })
    case 'infrastructure':
      return report({ phase: 'Error', phaseMessage: 'pod deleted' })
    case 'draft':
      return { change: known(createChange({ draft: true }), now) }
    case 'ci_failed':
      return {
        ci: known(
          {
            kind: 'failure',
            commit: head,
            failed: [{ ...check, name: `check-${failure}`, label: `check-${failure}` }],
            passed: [],
            rerunnable: [],
            because: `check-${failure} failed`,
            concludedAt: now,
          },
          now,
        ),
        base: known({ commit: head, branch: 'main', isGreen: true, shared: [], repaired: [] }, now),
      }
    case 'threads_open': {
      const thread = { ...blockingThread.thread, id: `T${failure}` }
      return {
        review: known(
          {
            kind: 'threads_open',
            commit: head,
            threads: [{ ...blockingThread, thread }],
            threadHistories: [],
            because: '1 thread is open',
          },
          now,
        ),
      }
    }
    case 'outage':
      return {
        evidence: unreadable('the store is away', addMillis(now, -86_400_000), {
          system: 'artifacts',
        }),
      }
    case 'judged':
    case 'model_away':
      return {}
  }
}
