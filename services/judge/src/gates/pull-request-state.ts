import type { PullRequest } from '../github/snapshot.ts'
import { addMillis, type Instant } from '../lib/instant.ts'
import type { Policy } from '../policy/policy.ts'
import { getWaitingSince } from '../run/run.ts'
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
import { waitForFact } from './wait-for-fact.ts'

/*
 * Four gates about the state of the pull request itself. They are separate gates because they have
 * different places in the order.
 */

type EvaluatePullRequest = (
  pullRequest: PullRequest,
  context: { facts: GateFacts; policy: Policy; now: Instant },
) => GateResult

const createPullRequestGate = (name: string, evaluate: EvaluatePullRequest): Gate => ({
  name,
  dependsOn: ['pull_request'],
  needs: ['pull_request'],
  evaluate(facts, policy, now) {
    const { change } = facts
    if (change.kind !== 'known')
      return waitForFact(change, {
        what: 'github',
        facts,
        policy,
        now,
        wouldChange: ['pull_request'],
      })
    if (change.value.kind === 'none') return pass('there is no pull request')
    return evaluate(change.value.pullRequest, { facts, policy, now })
  },
})

const toPullRequestEvidence = (pullRequest: PullRequest): readonly EvidenceItem[] => [
  { kind: 'pull_request', text: `#${pullRequest.number}`, url: pullRequest.url },
]
const stripRefPrefix = (ref: string): string => ref.replace(/^refs\/heads\//, '')

/** The pull request targets the expected branch: the policy's `diff.base`, else the run's base. */
export const base: Gate = createPullRequestGate('base', (pullRequest, { facts, policy }) => {
  const wanted = policy.diff.base ?? facts.run.claims.base
  if (wanted === null || stripRefPrefix(wanted) === pullRequest.baseBranch)
    return pass(`into ${pullRequest.baseBranch}`)
  return refuse(
    'wrong_base',
    `The pull request targets ${pullRequest.baseBranch}, not ${stripRefPrefix(wanted)}.`,
    toPullRequestEvidence(pullRequest),
  )
})

/** The pull request is ready for review. */
export const draft: Gate = createPullRequestGate('draft', (pullRequest) =>
  pullRequest.draft
    ? refuse(
        'pull_request_draft',
        'The pull request is a draft.',
        toPullRequestEvidence(pullRequest),
      )
    : pass('ready for review'),
)

/**
 * The pull request merges cleanly into its base. GitHub computes this lazily and answers "unknown"
 * until it has. What logs say about conflicts never counts.
 */
export const mergeConflict: Gate = createPullRequestGate(
  'merge-conflict',
  (pullRequest, { facts, policy, now }) => {
    const { mergeable, baseBranch } = pullRequest
    switch (mergeable) {
      case 'conflicting':
        return refuse(
          'merge_conflict',
          `The pull request conflicts with ${baseBranch}.`,
          toPullRequestEvidence(pullRequest),
        )
      case 'mergeable':
        return pass(`merges cleanly into ${baseBranch}`)
      case 'unknown': {
        // Every push to the base makes it unknown again, and then has the full patience again.
        const since = getWaitingSince(facts.run, 'mergeability', now)
        return waitUntil(
          'GitHub is still computing whether it merges',
          {
            what: 'mergeability',
            since,
            deadline: addMillis(since, policy.patience.github),
            wouldChange: ['head', 'pull_request'],
            items: [{ text: `#${pullRequest.number}`, url: pullRequest.url }],
          },
          githubLate,
        )
      }
      default:
        return mergeable satisfies never
    }
  },
)

/** The branch is up to date with its base, where the base requires that. */
export const behind: Gate = createPullRequestGate('behind', (pullRequest) =>
  pullRequest.behind
    ? refuse(
        'pull_request_behind',
        `The branch is behind ${pullRequest.baseBranch}, which must be merged into it first.`,
        toPullRequestEvidence(pullRequest),
      )
    : pass('as up to date as the base requires'),
)
