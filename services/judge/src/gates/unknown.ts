import { after, type Instant } from '../lib/instant.ts'
import type { Known } from '../lib/known.ts'
import type { Policy } from '../policy/policy.ts'
import type { Signal } from '../run/run.ts'
import type { GateFacts, GateResult, Wait } from './gate.ts'

type Unknown = Exclude<Known<unknown>, { kind: 'known' }>

/**
 * The result of a gate that cannot look yet. Nothing passes on absence; and a part that cannot be
 * read at all is the ground's failure, never the agent's, once patience with it is over.
 */
export function waitFor(
  part: Unknown,
  of: { what: Wait['what']; facts: GateFacts; policy: Policy; wouldChange: readonly Signal[] },
): GateResult {
  const patience =
    of.what === 'artifacts' ? of.policy.patience.artifacts : of.policy.patience.github
  const since = part.kind === 'unreadable' ? part.since : waitingSince(of.facts, of.what, part.at)
  return {
    result: 'wait',
    because: part.because,
    evidence: [],
    waits: {
      what: of.what,
      deadline: after(since, patience),
      late: 'infrastructure',
      wouldChange: of.wouldChange,
    },
  }
}

/** When the judgement of the run began: its completion was recorded. */
export const begun = (facts: GateFacts): Instant => facts.run.completedAt ?? facts.run.createdAt

/**
 * Since when the run waits for this without a break; `at` (the present reading) where it did not
 * wait for it before. What turns unknown again after hours of CI has its whole patience, and one
 * that stays unknown has it only once.
 */
export const waitingSince = (facts: GateFacts, what: Wait['what'], at: Instant): Instant =>
  facts.run.waitingFor.find((waiting) => waiting.what === what)?.since ?? at

/**
 * True where there is no pull request, so that gates about one have nothing to say (the pull
 * request gate itself speaks of it).
 */
export const withoutPullRequest = (facts: GateFacts): boolean =>
  facts.change.kind === 'known' && facts.change.value.kind === 'none'
