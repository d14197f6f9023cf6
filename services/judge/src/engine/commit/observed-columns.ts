import { encodeJsonb } from '../../adapters/postgres/encode-jsonb.ts'
import type { CiOutcome } from '../../ci/ci-outcome.ts'
import { getJudgedCommit, getPullRequest } from '../../decide/situation.ts'
import { toIsoOrNull } from '../../lib/instant.ts'
import { getKnownValue } from '../../lib/known.ts'
import type { ReviewOutcome } from '../../review/review-outcome.ts'
import type { CiStatus, ReviewStatus } from '../../run/run.ts'
import type { LoadedRun } from '../observe/load-run.ts'
import type { Observation } from '../observe/observe.ts'

/**
 * What was observed, as the columns of the run that lists and filters read. Columns of parts that
 * were not observed keep their values.
 */
export function toObservedColumns(
  { facts, policy, evidence, unreadableSince, snapshot }: Observation,
  { row }: LoadedRun,
) {
  const ci = getKnownValue(facts.ci)
  const review = getKnownValue(facts.review)
  const pull = getPullRequest(facts)
  return {
    unreadable_since: encodeJsonb(unreadableSince),
    policy_version: policy.version,
    attempts_max: policy.attempts.max,
    ...(snapshot === null
      ? {}
      : {
          commit_sha: getJudgedCommit(facts) ?? row.commit_sha,
          pr_number: pull?.number ?? row.pr_number,
          pr_url: pull?.url ?? row.pr_url,
          base: facts.run.claims.base,
          ci_status: ci === null ? null : toCiStatus(ci),
          ci_url: facts.ciUrl,
          ci_concluded_at: ci !== null && 'concludedAt' in ci ? toIsoOrNull(ci.concludedAt) : null,
          review_status: review === null ? null : toReviewStatus(review),
        }),
    diff_digest: getKnownValue(facts.diff)?.digest ?? row.diff_digest,
    ...(evidence === null || row.evidence !== null ? {} : { evidence: encodeJsonb(evidence) }),
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

function toCiStatus(ci: CiOutcome): CiStatus {
  if (ci.kind === 'success') return 'success'
  return ci.kind === 'pending' || ci.kind === 'missing' ? 'pending' : 'failure'
}

function toReviewStatus(review: ReviewOutcome): ReviewStatus | null {
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
