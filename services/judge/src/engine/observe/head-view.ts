import type { SeenHead } from '../../adapters/postgres/tick-rows.ts'
import { ciOutcome } from '../../ci/ci-outcome.ts'
import type { Rerun } from '../../ci/commit-checks.ts'
import type { CiOutcome } from '../../ci/outcome.ts'
import type { EffectSeen } from '../../decide/facts.ts'
import type { Snapshot } from '../../github/snapshot.ts'
import { type Instant, latest } from '../../lib/instant.ts'
import type { Policy } from '../../policy/policy.ts'
import type { ReviewOutcome } from '../../review/outcome.ts'
import { reviewOutcome } from '../../review/review-outcome.ts'
import { reviewableSince } from '../../review/reviewable-since.ts'
import type { CommitSha, Run } from '../../run/run.ts'

/** What one reading says of its head, together with what was seen before. */
export interface HeadView {
  readonly run: Run
  readonly snapshot: Snapshot
  readonly head: CommitSha
  readonly heads: readonly SeenHead[]
  readonly effects: readonly EffectSeen[]
  readonly now: Instant
  readonly policy: Policy
}

/**
 * Heads only move forward. GitHub's API can name a head for minutes after it was replaced, so a
 * head that we saw replaced is believed only where the ref itself says so (a push back, or webhooks
 * out of order).
 */
export function staleSince(
  head: CommitSha,
  heads: readonly SeenHead[],
  branchHead: CommitSha | null,
): Instant | null {
  const seen = heads.find(({ sha }) => sha === head)
  return seen === undefined || seen.replacedAt === null || branchHead === head
    ? null
    : seen.replacedAt
}

const firstSeen = ({ head, heads, now }: HeadView): Instant =>
  heads.find(({ sha }) => sha === head)?.firstSeenAt ?? now

export function ciOf(view: HeadView): CiOutcome {
  const { run, snapshot, head, effects, now, policy } = view
  const started = latest(firstSeen(view), run.completedAt ?? run.createdAt)
  const reruns = effects.flatMap((seen) => rerunOf(seen, head))
  const accepted = reruns.flatMap(({ acceptedAt }) => (acceptedAt === null ? [] : [acceptedAt]))
  return ciOutcome(
    {
      commit: head,
      checks: snapshot.checks,
      requiredByBranch: snapshot.requiredChecks,
      waitStartedAt: latest(started, ...accepted),
      graceStartedAt: started,
      ourContext: policy.status.context,
      reruns,
      readAt: now,
    },
    now,
    policy.ci,
  )
}

function rerunOf(
  { effect, state, settledAt, accepted }: EffectSeen,
  head: CommitSha,
): readonly Rerun[] {
  if (effect.kind !== 'rerunChecks' || effect.commit !== head) return []
  const done = state === 'done' && accepted !== false
  return [
    {
      acceptedAt: done ? settledAt : null,
      refused: !done && state !== 'pending' && state !== 'unknown',
      failures: effect.checks,
    },
  ]
}

export function reviewOf(
  view: HeadView,
  reviewers: { readonly codexReviewers: readonly string[]; readonly ourLogins: readonly string[] },
): ReviewOutcome {
  const { run, snapshot, head, heads, effects, now, policy } = view
  const { pullRequest } = snapshot
  const others = heads.filter(({ sha }) => sha !== head).map(({ lastSeenAt }) => lastSeenAt)
  const since = reviewableSince({
    pullRequestCreatedAt: pullRequest.createdAt,
    readyAt: pullRequest.readyAt,
    pushSeenAt: heads.find(({ sha }) => sha === head)?.pushedAt ?? null,
    firstSuiteAt: snapshot.headFirstSuiteAt,
    committedAt: snapshot.headCommittedAt,
    firstSeenAt: firstSeen(view),
    lastOtherHeadAt: others.length === 0 ? null : latest(...others),
  })
  const requested = effects.find(
    ({ effect, state }) =>
      effect.kind === 'requestReview' &&
      effect.commit === head &&
      state !== 'failed' &&
      state !== 'skipped',
  )
  return reviewOutcome(
    {
      commit: head,
      pullRequest,
      reviews: snapshot.reviews,
      threads: snapshot.threads,
      reactions: snapshot.reactions,
      comments: snapshot.comments,
      reviewableSince: since,
      waitStartedAt: latest(since, run.completedAt ?? run.createdAt),
      ...reviewers,
      requestedAt: requested?.createdAt ?? null,
      readAt: now,
    },
    now,
    policy.review,
  )
}
