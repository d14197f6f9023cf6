import type { CiOutcome } from '../ci/ci-outcome.ts'
import type { FailureIdentity, Rerun } from '../ci/commit-checks.ts'
import { isSameResult } from '../ci/compare-with-base.ts'
import { computeCiOutcome } from '../ci/compute-ci-outcome.ts'
import type { Snapshot } from '../github/snapshot.ts'
import { type Instant, latest } from '../lib/instant.ts'
import { formatList, shortenSha } from '../lib/text.ts'
import type { Policy } from '../policy/policy.ts'
import { computeReviewOutcome } from '../review/compute-review-outcome.ts'
import type { ReviewOutcome } from '../review/review-outcome.ts'
import { computeReviewableSince } from '../review/reviewable-since.ts'
import type { CommitSha, Run } from '../run/run.ts'
import type { SeenHead } from '../run/seen-head.ts'
import type { RecordedEffect } from './facts.ts'

/** A reading of the pull request's head, with what was observed of its branch before. */
export interface HeadView {
  readonly run: Run
  readonly snapshot: Snapshot
  readonly head: CommitSha
  readonly heads: readonly SeenHead[]
  readonly effects: readonly RecordedEffect[]
  readonly now: Instant
  readonly policy: Policy
  /** Failures of the time before the base was repaired, which had them, too. */
  readonly repaired: readonly FailureIdentity[]
}

/**
 * Since when a head is known to be replaced; null: it is current. GitHub's API can name a head for
 * minutes after it was replaced, so a head that was replaced counts again only if the ref itself
 * points to it (a push back, or webhooks out of order).
 */
export function findStaleSince(
  head: CommitSha,
  heads: readonly SeenHead[],
  branchHead: CommitSha | null,
): Instant | null {
  const seen = heads.find(({ sha }) => sha === head)
  return seen === undefined || seen.replacedAt === null || branchHead === head
    ? null
    : seen.replacedAt
}

const getFirstSeen = ({ head, heads, now }: HeadView): Instant =>
  heads.find(({ sha }) => sha === head)?.firstSeenAt ?? now

export function evaluateCi(view: HeadView): CiOutcome {
  const { run, snapshot, head, effects, now, policy, repaired } = view
  const judgedSince = run.completedAt ?? run.createdAt
  const startedAt = latest(getFirstSeen(view), judgedSince)
  // A repair of the base is like an accepted re-run: for a while a new result may come.
  const afterRepair: Rerun = { acceptedAt: judgedSince, refused: false, failures: repaired }
  const reruns = [
    ...effects.flatMap((recorded) => toReruns(recorded, head)),
    ...(repaired.length > 0 ? [afterRepair] : []),
  ]
  const accepted = reruns.flatMap(({ acceptedAt }) => (acceptedAt === null ? [] : [acceptedAt]))
  const outcome = computeCiOutcome(
    {
      commit: head,
      checks: snapshot.checks,
      suites: snapshot.suites,
      requiredByBranch: snapshot.requiredChecks,
      waitStartedAt: latest(startedAt, ...accepted),
      graceStartedAt: startedAt,
      ourContext: policy.status.context,
      setsCheckRun: policy.status.check_run,
      reruns,
      readAt: now,
    },
    now,
    policy.ci,
  )
  return explainRepair(outcome, repaired)
}

/** Says what is waited for while all open checks are failures of the time before the repair. */
function explainRepair(outcome: CiOutcome, repaired: readonly FailureIdentity[]): CiOutcome {
  if (outcome.kind !== 'pending' || outcome.open.length === 0) return outcome
  const { commit, open } = outcome
  if (!open.every((check) => repaired.some((failure) => isSameResult(failure, check))))
    return outcome
  const names = formatList(open.map(({ label }) => label))
  const because =
    `${names} failed on ${shortenSha(commit)} as the base did, and the base is repaired; ` +
    'waiting for a new result'
  return { ...outcome, because }
}

function toReruns(
  { effect, state, settledAt, accepted }: RecordedEffect,
  head: CommitSha,
): readonly Rerun[] {
  if (effect.kind !== 'rerunChecks' || effect.commit !== head) return []
  const isAccepted = state === 'done' && accepted !== false
  return [
    {
      acceptedAt: isAccepted ? settledAt : null,
      refused: !isAccepted && state !== 'pending' && state !== 'unknown',
      failures: effect.checks,
    },
  ]
}

export function evaluateReview(
  view: HeadView,
  reviewers: { readonly codexReviewers: readonly string[]; readonly ourLogins: readonly string[] },
): ReviewOutcome {
  const { run, snapshot, head, heads, effects, now, policy } = view
  const { pullRequest } = snapshot
  const seen = heads.find(({ sha }) => sha === head)
  const others = heads.filter(({ sha }) => sha !== head).map(({ lastSeenAt }) => lastSeenAt)
  const since = computeReviewableSince({
    pullRequestCreatedAt: pullRequest.createdAt,
    readyAt: pullRequest.readyAt,
    pushProvenAt: seen?.provenAt ?? null,
    pushSeenAt: seen?.pushedAt ?? null,
    branch: pullRequest.headBranch,
    suites: snapshot.suites ?? [],
    committedAt: snapshot.headCommittedAt,
    firstSeenAt: getFirstSeen(view),
    lastOtherHeadAt: others.length === 0 ? null : latest(...others),
  })
  const requested = effects.find(
    ({ effect, state }) =>
      effect.kind === 'requestReview' &&
      effect.commit === head &&
      state !== 'failed' &&
      state !== 'skipped',
  )
  return computeReviewOutcome(
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
      heads,
      requestedAt: requested?.createdAt ?? null,
      readAt: now,
    },
    now,
    policy.review,
  )
}
