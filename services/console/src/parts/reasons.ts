import {
  CheckCircleFillIcon,
  CircleSlashIcon,
  GitMergeIcon,
  GitPullRequestDraftIcon,
  HourglassIcon,
  type Icon,
  LawIcon,
  ServerIcon,
  ShieldXIcon,
  XCircleFillIcon,
} from '@primer/octicons-react'
import type { Reason, ReasonKind } from '../api/types.ts'
import type { Tone } from './status.tsx'

/** How a reason is named in lists and plots that group by it. */
export interface ReasonFace {
  readonly icon: Icon
  readonly tone: Tone
  readonly words: string
  readonly kind: ReasonKind
}

interface KindFace {
  readonly icon: Icon
  readonly tone: Tone
}

const kinds: Readonly<Record<ReasonKind, KindFace>> = {
  no_work: { icon: GitPullRequestDraftIcon, tone: 'again' },
  work_fails: { icon: XCircleFillIcon, tone: 'again' },
  too_far: { icon: ShieldXIcon, tone: 'again' },
  branch: { icon: GitMergeIcon, tone: 'again' },
  infrastructure: { icon: ServerIcon, tone: 'past' },
  nothing_came: { icon: HourglassIcon, tone: 'person' },
  judgement: { icon: LawIcon, tone: 'person' },
  ended_outside: { icon: CircleSlashIcon, tone: 'past' },
  accepted: { icon: CheckCircleFillIcon, tone: 'done' },
}

const reasons: Readonly<Record<Reason, readonly [ReasonKind, string, Tone?]>> = {
  missing_pull_request: ['no_work', 'No pull request'],
  missing_commit: ['no_work', 'No commit'],
  commit_not_pushed: ['no_work', 'Commit not pushed'],
  pull_request_draft: ['no_work', 'Pull request is a draft'],
  empty_diff: ['no_work', 'Nothing changed'],
  workflow_failed: ['no_work', 'Workflow failed'],
  ci_failed: ['work_fails', 'CI failed'],
  ci_timeout: ['work_fails', 'CI took too long'],
  review_threads_open: ['work_fails', 'Review threads are open'],
  review_changes_requested: ['work_fails', 'Review asks for changes'],
  judge_rejected: ['work_fails', 'The judge found something missing'],
  patch_failed: ['work_fails', 'Patch does not apply'],
  tests_weakened: ['too_far', 'Tests were weakened'],
  out_of_scope: ['too_far', 'Change out of scope'],
  wrong_base: ['too_far', 'Wrong base branch'],
  secret_found: ['too_far', 'The change adds a secret', 'person'],
  injection_suspected: ['too_far', 'Someone tries to influence the judge', 'person'],
  pull_request_behind: ['branch', 'Branch is behind its base'],
  merge_conflict: ['branch', 'The pull request conflicts with its base', 'person'],
  infrastructure: ['infrastructure', 'Infrastructure failed'],
  infrastructure_exhausted: ['infrastructure', 'Infrastructure keeps failing'],
  dispatch_failed: ['infrastructure', 'The next attempt could not be started'],
  judge_unavailable: ['infrastructure', 'The judge could not be asked'],
  completion_missing: ['infrastructure', 'The workflow never reported its end'],
  outage: ['infrastructure', 'An outside system is down'],
  base_broken: ['infrastructure', 'The base branch is broken'],
  ci_missing: ['nothing_came', 'No checks appeared'],
  review_missing: ['nothing_came', 'No review came'],
  ci_action_required: ['nothing_came', 'CI waits for approval'],
  missing_metadata: ['nothing_came', 'Repository or issue is unknown'],
  judge_split: ['judgement', 'The judges disagree'],
  low_confidence: ['judgement', 'The judge is not sure'],
  no_progress: ['judgement', 'Attempts make no progress'],
  attempts_exhausted: ['judgement', 'All attempts are used'],
  budget_exhausted: ['judgement', 'The budget is used up'],
  policy_invalid: ['judgement', 'The policy file has faults'],
  merged_by_person: ['ended_outside', 'Merged by a person'],
  pull_request_closed: ['ended_outside', 'Pull request was closed'],
  issue_closed: ['ended_outside', 'Issue was closed'],
  stopped_by_person: ['ended_outside', 'Stopped by a person'],
  unanswered: ['ended_outside', 'The question was not answered'],
  newer_run: ['ended_outside', 'A newer run took over'],
  accepted: ['accepted', 'Accepted'],
  accepted_without_change: ['accepted', 'Accepted without a change'],
  decided_by_person: ['accepted', 'Decided by a person'],
}

const isReason = (text: string): text is Reason => Object.hasOwn(reasons, text)

/** All reasons, in the order in which they are documented. */
export const allReasons = Object.keys(reasons).filter(isReason)

/** How a reason looks. One of a newer service than this page shows its own name. */
export function reasonFace(reason: string): ReasonFace {
  if (!isReason(reason))
    return { icon: LawIcon, tone: 'past', words: reason.replaceAll('_', ' '), kind: 'judgement' }
  const [kind, words, tone = kinds[kind].tone] = reasons[reason]
  return { icon: kinds[kind].icon, tone, words, kind }
}
