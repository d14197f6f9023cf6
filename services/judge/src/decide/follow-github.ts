import { findClosing } from '../gates/still-wanted.ts'
import { addMillis, earliest, type Millis } from '../lib/instant.ts'
import { endRun } from './end-run.ts'
import type { Facts, RecordedEffect } from './facts.ts'
import { findWithdrawal, type Work } from './find-withdrawal.ts'
import { judgeAgain } from './recover-run.ts'
import { findNewestDispatch, getPullRequest, type Situation } from './situation.ts'
import type { EndStep, Step, WaitStep } from './step.ts'

/*
 * What people do on GitHub to the work of a run that has ended. Merging or closing the pull request,
 * or closing the issue, withdraws an attempt that has not been accepted yet, and answers an open
 * question. Reopening what had closed a run resumes it.
 */

/** The step that follows from GitHub alone; null: nothing does. */
export function followGithub(situation: Situation): EndStep | WaitStep | null {
  const { status } = situation.facts.run
  if (status === 'needs_iteration' || status === 'needs_human') return closeUnwanted(situation)
  return status === 'closed' ? resumeReopened(situation) : null
}

function closeUnwanted(situation: Situation): EndStep | null {
  const { facts } = situation
  const dispatch = findNewestDispatch(facts)
  if (dispatch?.state === 'replaced' && dispatch.unwanted !== null)
    return closeRun(situation, { ...dispatch.unwanted, evidence: [] })
  const work = readWork(facts)
  // A try under way may be accepted at this moment, and what was accepted stays.
  if (work === null || dispatch?.inFlight === true) return null
  if (facts.run.status === 'needs_iteration' && !isUnsettled(dispatch)) return null
  const closing = findWithdrawal(work, selectAsked(dispatch))
  if (closing === null) return null
  const { reason, what, evidence } = closing
  const rest =
    facts.run.status === 'needs_iteration'
      ? 'before the next attempt was started'
      : 'while a person was asked'
  return closeRun(situation, { reason, because: `${what} ${rest}.`, evidence })
}

const isUnsettled = (dispatch: RecordedEffect | undefined): boolean =>
  dispatch?.state === 'pending' || dispatch?.state === 'unknown'

const selectAsked = (dispatch: RecordedEffect | undefined) =>
  dispatch?.effect.kind === 'dispatch' && isUnsettled(dispatch) ? dispatch.effect : {}

/** The pull request and the issue, if this reconciliation has read them. */
function readWork(facts: Facts): Omit<Work, 'base'> | null {
  const { change, issueState } = facts
  if (change.kind !== 'known' || issueState.kind !== 'known') return null
  return { pullRequest: getPullRequest(facts), issue: issueState.value }
}

const closeRun = (
  situation: Situation,
  closing: Pick<EndStep, 'reason' | 'because' | 'evidence'>,
): EndStep =>
  endRun(
    situation,
    { ...closing, answer: null, mover: 'github' },
    {
      status: 'closed',
      causeReason: situation.facts.run.causeReason ?? situation.facts.run.reason,
    },
  )

/**
 * A run that was closed by what is open again goes on, unless another attempt has taken its place.
 * A merge is final.
 */
function resumeReopened(situation: Situation): WaitStep | null {
  const { facts } = situation
  const work = readWork(facts)
  if (work === null || !mayResume(facts) || findClosing(work.pullRequest, work.issue) !== null)
    return null
  const { reason } = facts.run
  if (reason === 'pull_request_closed' && work.pullRequest === null) return null
  const what =
    reason === 'pull_request_closed'
      ? `#${work.pullRequest?.number}`
      : `Issue #${work.issue?.number ?? facts.run.claims.issueNumber}`
  return judgeAgain(situation, {
    because: `${what} was opened again.`,
    recovers: false,
    mover: 'github',
  })
}

const mayResume = (facts: Facts): boolean => {
  const dispatch = findNewestDispatch(facts)
  return (
    isReopenable(facts.run) &&
    facts.run.completedAt !== null &&
    !facts.hasNewerRun &&
    dispatch?.state !== 'done' &&
    !isUnsettled(dispatch)
  )
}

/** Whether the run was closed by something that can be opened again on GitHub. */
export const isReopenable = ({ status, reason }: Facts['run']): boolean =>
  status === 'closed' && (reason === 'pull_request_closed' || reason === 'issue_closed')

/** Whether anything that people do on GitHub can still move the run. */
function mayFollow(facts: Facts): boolean {
  const { status } = facts.run
  if (status === 'closed') return mayResume(facts)
  return status === 'needs_iteration'
    ? isUnsettled(findNewestDispatch(facts))
    : status === 'needs_human'
}

/** GitHub's API can lag behind its webhooks, so it is read again after these times. */
const POLL_AFTER_MS: readonly Millis[] = [5_000, 20_000, 60_000, 120_000]
const UNREADABLE_POLL_MS: Millis = 300_000

/**
 * Keeps comparing a run with GitHub after a webhook, until its API shows what the webhook said, at
 * most for two minutes; and while GitHub cannot be read, for as long as policy allows.
 */
export function keepReconsidering({ facts, policy, now }: Situation, step: Step): Step {
  const { reconsiderAt } = facts
  if (step.kind !== 'stay' || reconsiderAt === null || !mayFollow(facts)) return step
  const isUnreadable = [facts.change, facts.issueState].some(({ kind }) => kind === 'unreadable')
  const limit = addMillis(reconsiderAt, policy.patience.github)
  const later = earliest(addMillis(now, UNREADABLE_POLL_MS), limit)
  const [next] = [
    ...POLL_AFTER_MS.map((after) => addMillis(reconsiderAt, after)),
    ...(isUnreadable ? [later] : []),
  ].filter((at) => at > now)
  if (next === undefined) return step
  const pollAt = earliest(next, ...(step.pollAt === null ? [] : [step.pollAt]))
  return { ...step, pollAt, reconsiders: true }
}
