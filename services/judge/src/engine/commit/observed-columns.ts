import type { CiOutcome } from '../../ci/outcome.ts'
import { judgedCommit, pullRequestOf } from '../../decide/situation.ts'
import { isoOrNull } from '../../lib/instant.ts'
import { knownValue } from '../../lib/known.ts'
import type { ReviewOutcome } from '../../review/outcome.ts'
import type { CiStatus, ReviewStatus } from '../../run/run.ts'
import type { Loaded } from '../observe/load.ts'
import type { Observation } from '../observe/observe.ts'

/**
 * What a look found, as the columns of the run that lists and filters read. What was not looked at
 * stays as it was.
 */
export function seenColumns(
  { facts, policy, evidence, unreadableSince, snapshot }: Observation,
  { row }: Loaded,
) {
  const ci = knownValue(facts.ci)
  const review = knownValue(facts.review)
  const pull = pullRequestOf(facts)
  const usage = evidence?.stream?.usage ?? null
  return {
    unreadable_since: JSON.stringify(unreadableSince),
    policy_version: policy.version,
    ...(snapshot === null
      ? {}
      : {
          commit_sha: judgedCommit(facts) ?? row.commit_sha,
          pr_number: pull?.number ?? row.pr_number,
          pr_url: pull?.url ?? row.pr_url,
          ci_status: ci === null ? null : ciStatus(ci),
          ci_url: facts.ciUrl,
          ci_concluded_at: ci !== null && 'concludedAt' in ci ? isoOrNull(ci.concludedAt) : null,
          review_status: review === null ? null : reviewStatus(review),
        }),
    diff_digest: knownValue(facts.diff)?.digest ?? row.diff_digest,
    ...(evidence === null || row.evidence !== null ? {} : { evidence: JSON.stringify(evidence) }),
    ...(usage === null || row.agent_usage !== null ? {} : { agent_usage: JSON.stringify(usage) }),
    ...(row.thread_id === null && evidence?.stream?.threadId
      ? { thread_id: evidence.stream.threadId }
      : {}),
    ...(row.reported_commit === null && evidence?.manifest?.commit
      ? { reported_commit: evidence.manifest.commit }
      : {}),
    ...(row.session_id === null && evidence?.manifest?.sessionId
      ? { session_id: evidence.manifest.sessionId }
      : {}),
  }
}

function ciStatus(ci: CiOutcome): CiStatus {
  if (ci.kind === 'success') return 'success'
  return ci.kind === 'pending' || ci.kind === 'missing' ? 'pending' : 'failure'
}

function reviewStatus(review: ReviewOutcome): ReviewStatus | null {
  switch (review.kind) {
    case 'not_required':
      return null
    case 'changes_requested':
      return 'changes_requested'
    case 'threads_open':
      return 'commented'
    case 'approved':
    case 'pending':
    case 'missing':
      return review.status
    default:
      return review satisfies never
  }
}
