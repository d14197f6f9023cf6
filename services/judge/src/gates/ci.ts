import type { CiOutcome } from '../ci/ci-outcome.ts'
import { type BaseComparison, isSameResult } from '../ci/compare-with-base.ts'
import { findKnownFlakes, type KnownFlake } from '../ci/find-flakes.ts'
import type { Check } from '../github/snapshot.ts'
import type { Instant } from '../lib/instant.ts'
import { formatList, pluralize, shortenSha } from '../lib/text.ts'
import type { Policy } from '../policy/policy.ts'
import { getWaitingSince, type WaitItem } from '../run/run.ts'
import {
  type EvidenceItem,
  type Gate,
  type GateFacts,
  type GateResult,
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
        return evaluateFailure(outcome, { facts, policy, now })
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

/**
 * A failure is the agent's unless the base has every one of the failed checks fail in the same way.
 * While that cannot be read, it is no one's.
 */
function evaluateFailure(
  { because, failed, commit }: Extract<CiOutcome, { kind: 'failure' }>,
  { facts, policy, now }: { facts: GateFacts; policy: Policy; now: Instant },
): GateResult {
  const { base } = facts
  const checks = failed.map((check) => toCheckEvidence(check, facts))
  if (base.kind === 'unreadable')
    return waitForFact(base, { what: 'ci', facts, policy, now, wouldChange: ['ci', 'head'] })
  const comparison = base.kind === 'known' && base.value.commit === commit ? base.value : null
  const flakes = findKnownFlakes(failed, facts.knownFlakes)
  const notes = [...describeBase(comparison), ...flakes.map(describeFlake)]
  const isShared = (check: Check): boolean =>
    comparison?.shared.some((one) => isSameResult(one, check)) ?? false
  if (comparison === null || failed.length === 0 || !failed.every(isShared))
    return refuse('ci_failed', `${because}${formatFlakes(flakes)}`, [...checks, ...notes])
  return refuse('base_broken', `${because}, and in the same way on ${comparison.branch}`, [
    ...checks,
    ...notes,
  ])
}

/** Which failures the base has, too, or had until it was repaired. */
function describeBase(comparison: BaseComparison | null): readonly EvidenceItem[] {
  if (comparison === null) return []
  const { branch, shared, repaired } = comparison
  return [
    ...shared.map(
      ({ label, base }): EvidenceItem => ({
        kind: 'note',
        text: `${label} fails in the same way on ${branch} at ${shortenSha(base.commit)}, so not because of this change`,
        url: base.url,
      }),
    ),
    ...repaired.map(
      (label): EvidenceItem => ({
        kind: 'note',
        text: `${label} failed in the same way on ${branch} until it was repaired there; bring the branch up to date with ${branch}`,
      }),
    ),
  ]
}

/** Says of a failed check that it often fails by chance. It counts all the same. */
const describeFlake = ({ label, commits }: KnownFlake & { label: string }): EvidenceItem => ({
  kind: 'note',
  text:
    `${label} is known to be flaky: it failed and then passed without a change on ` +
    `${pluralize(commits, 'commit')}; this failure counts all the same`,
})

const formatFlakes = (flakes: readonly { readonly label: string }[]): string =>
  flakes.length === 0 ? '' : ` (known to be flaky: ${formatList(flakes.map(({ label }) => label))})`

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
