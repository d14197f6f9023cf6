import { addMillis, type Instant } from '../lib/instant.ts'
import type { Known } from '../lib/known.ts'
import { toSentence } from '../lib/text.ts'
import type { Policy } from '../policy/policy.ts'
import { getWaitingSince, type Signal, type WaitItem, type WaitKind } from '../run/run.ts'
import { type GateFacts, type GateResult, githubLate, waitUntil } from './gate.ts'

type UnknownFact = Exclude<Known<unknown>, { kind: 'known' }>

/**
 * The result of a gate whose fact is not known. Nothing passes on absence. A fact that stays
 * unreadable for longer than policy allows is an outage, never the agent's failure; one that our
 * credentials may not read is an outage at once, because waiting cannot help.
 */
export function waitForFact(
  fact: UnknownFact,
  about: {
    what: WaitKind
    facts: GateFacts
    policy: Policy
    now: Instant
    wouldChange: readonly Signal[]
    items?: readonly WaitItem[]
  },
): GateResult {
  const { what, facts, policy, now, wouldChange, items = [] } = about
  const { patience } = policy
  if (fact.kind === 'unreadable' && fact.forbidden)
    return {
      result: 'refuse',
      reason: 'outage',
      because: toSentence(fact.because),
      evidence: [],
      away: fact.source,
    }
  const unknownSince =
    fact.kind === 'unreadable' ? fact.since : getWaitingSince(facts.run, what, fact.at)
  const deadline = addMillis(
    unknownSince,
    what === 'artifacts' ? patience.artifacts : patience.github,
  )
  const since = getWaitingSince(facts.run, what, now)
  return waitUntil(
    fact.because,
    { what, since, deadline, wouldChange, items },
    { ...githubLate, ...(fact.kind === 'unreadable' ? { away: fact.source } : {}) },
  )
}

/** When judging the run could begin: when its completion was recorded. */
export const getJudgingStart = ({ run }: GateFacts): Instant => run.completedAt ?? run.createdAt

/**
 * True if there is no pull request. Gates about a pull request then pass, because the pull-request
 * gate alone decides what its absence means.
 */
export const hasNoPullRequest = ({ change }: GateFacts): boolean =>
  change.kind === 'known' && change.value.kind === 'none'
