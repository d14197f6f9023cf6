import type { PullRequest } from '../github/snapshot.ts'
import { after, type Instant } from '../lib/instant.ts'
import type { Policy } from '../policy/policy.ts'
import {
  type EvidenceItem,
  type Gate,
  type GateFacts,
  type GateResult,
  pass,
  refuse,
} from './gate.ts'
import { waitFor, waitingSince, withoutPullRequest } from './unknown.ts'

/* Four gates about the state of the pull request itself. They stand apart because their places in the order differ. */

type Ask = (pullRequest: PullRequest, facts: GateFacts, policy: Policy, now: Instant) => GateResult

const about = (name: string, ask: Ask): Gate => ({
  name,
  dependsOn: ['pull_request'],
  needs: ['pull_request'],
  evaluate(facts, policy, now) {
    if (withoutPullRequest(facts)) return pass('there is no pull request')
    if (facts.change.kind !== 'known')
      return waitFor(facts.change, { what: 'github', facts, policy, wouldChange: ['pull_request'] })
    return facts.change.value.kind === 'pull_request'
      ? ask(facts.change.value.pullRequest, facts, policy, now)
      : pass('there is no pull request')
  },
})

const pointer = (pullRequest: PullRequest): readonly EvidenceItem[] => [
  { kind: 'pull_request', text: `#${pullRequest.number}`, url: pullRequest.url },
]
const branchName = (ref: string): string => ref.replace(/^refs\/heads\//, '')

/**
 * The pull request goes where the task said: `diff.base` of the policy, else the run's own base.
 */
export const base: Gate = about('base', (pullRequest, { run }, policy) => {
  const wanted = policy.diff.base ?? run.claims.base
  if (wanted === null || branchName(wanted) === pullRequest.baseBranch)
    return pass(`into ${pullRequest.baseBranch}`)
  return refuse(
    'wrong_base',
    `The pull request targets ${pullRequest.baseBranch}, not ${branchName(wanted)}.`,
    pointer(pullRequest),
  )
})

export const draft: Gate = about('draft', (pullRequest) =>
  pullRequest.draft
    ? refuse('pull_request_draft', 'The pull request is a draft.', pointer(pullRequest))
    : pass('ready for review'),
)

/**
 * GitHub computes mergeability lazily: "unknown" means ask again, and words about conflicts in logs
 * never count.
 */
export const mergeConflict: Gate = about('merge-conflict', (pullRequest, facts, policy, now) => {
  if (pullRequest.mergeable === 'conflicting') {
    return refuse(
      'merge_conflict',
      `The pull request conflicts with ${pullRequest.baseBranch}.`,
      pointer(pullRequest),
    )
  }
  if (pullRequest.mergeable === 'mergeable')
    return pass(`merges cleanly into ${pullRequest.baseBranch}`)
  return {
    result: 'wait',
    because: 'GitHub is still computing whether it merges',
    evidence: [],
    waits: {
      what: 'mergeability',
      // Every push to the base makes it unknown again: each time has the whole patience.
      deadline: after(waitingSince(facts, 'mergeability', now), policy.patience.github),
      late: 'infrastructure',
      wouldChange: ['head', 'pull_request'],
    },
  }
})

export const behind: Gate = about('behind', (pullRequest) =>
  pullRequest.behind
    ? refuse(
        'pull_request_behind',
        `The branch is behind ${pullRequest.baseBranch}, which must be merged into it first.`,
        pointer(pullRequest),
      )
    : pass('up to date as far as the base demands'),
)
