import type { CiOutcome } from '../ci/ci-outcome.ts'
import type { Check } from '../github/snapshot.ts'
import { getWaitingSince, type WaitItem } from '../run/run.ts'
import {
  type EvidenceItem,
  type Gate,
  type GateFacts,
  githubLate,
  pass,
  refuse,
  waitUntil,
} from './gate.ts'
import { hasNoPullRequest, waitForFact } from './wait-for-fact.ts'

/** CI of the exact commit is final and green. `ci/` decides what the checks add up to. */
export const ci: Gate = {
  name: 'ci',
  dependsOn: ['ci', 'head'],
  needs: ['ci', 'checks'],
  evaluate(facts, policy, now) {
    if (hasNoPullRequest(facts)) return pass('there is no pull request')
    if (facts.ci.kind !== 'known')
      return waitForFact(facts.ci, {
        what: 'ci',
        facts,
        policy,
        now,
        wouldChange: ['ci', 'head'],
      })
    const outcome = facts.ci.value
    const toEvidence = (checks: readonly Check[]) =>
      checks.map((check) => toCheckEvidence(check, facts))
    switch (outcome.kind) {
      case 'success':
        return pass(outcome.because, toEvidence(outcome.passed))
      case 'pending':
        return waitUntil(
          outcome.because,
          {
            what: 'ci',
            since: getWaitingSince(facts.run, 'ci', now),
            deadline: outcome.deadline,
            wouldChange: ['ci', 'head'],
            items: toWaitItems(outcome),
          },
          {
            ...githubLate,
            evidence: toEvidence([...outcome.failed, ...outcome.open]),
          },
        )
      case 'failure':
        return refuse('ci_failed', outcome.because, toEvidence(outcome.failed))
      case 'action_required':
        return refuse('ci_action_required', outcome.because, toEvidence(outcome.checks))
      case 'missing':
        return refuse(
          'ci_missing',
          outcome.because,
          outcome.missing.map(({ text }) => ({ kind: 'note', text: `no result of ${text}` })),
        )
      case 'timeout':
        return refuse(
          'ci_timeout',
          outcome.because,
          toEvidence([...outcome.failed, ...outcome.open]),
        )
      default:
        return outcome satisfies never
    }
  },
}

/** The most items of one wait that are named; the rest is counted. */
const MAX_ITEMS = 50

/** The open checks and suites, then the required checks that do not exist yet. */
function toWaitItems({
  open,
  missing,
}: Extract<CiOutcome, { kind: 'pending' }>): readonly WaitItem[] {
  const items = [
    ...open.map(({ label, state, url }) => ({ text: `${label}: ${state}`, url })),
    ...missing.map(({ text }) => ({ text: `${text}: not created yet`, url: null })),
  ]
  const rest = items.length - MAX_ITEMS
  return rest > 0 ? [...items.slice(0, MAX_ITEMS), { text: `and ${rest} more`, url: null }] : items
}

function toCheckEvidence(check: Check, { checkLogs }: GateFacts): EvidenceItem {
  const detail = checkLogs.get(check.id)?.window ?? check.summary ?? undefined
  return {
    kind: 'check',
    text: `${check.label}: ${check.state}`,
    url: check.url,
    ...(detail === undefined ? {} : { detail }),
  }
}
