import type { TerminalStatus } from './lifecycle.ts'

/**
 * Why a run ended. The set is closed: the API, the metrics and the database know exactly these.
 *
 * `outcomes` are the statuses a reason may stand under. `work` says whose failure it was: only a
 * run whose own work was judged uses up one of the issue's attempts. `says` is the one text people
 * read.
 */
interface ReasonEntry {
  readonly outcomes: readonly TerminalStatus[]
  /**
   * `agent`: an attempt is used. `ground`: infrastructure, counted apart. `nobody`: no judgement of
   * the work was made.
   */
  readonly work: 'agent' | 'ground' | 'nobody'
  readonly says: string
}

// Narrow on purpose: `ReasonFor` is read off these types.
const iterate = (says: string) =>
  ({ outcomes: ['needs_iteration'], work: 'agent', says }) as const satisfies ReasonEntry
const ground = (says: string) =>
  ({ outcomes: ['needs_iteration'], work: 'ground', says }) as const satisfies ReasonEntry
const person = (work: 'agent' | 'nobody', says: string) =>
  ({ outcomes: ['needs_human'], work, says }) as const satisfies ReasonEntry
const shut = (says: string) =>
  ({ outcomes: ['closed'], work: 'nobody', says }) as const satisfies ReasonEntry

export const reasons = {
  accepted: {
    outcomes: ['completed'],
    work: 'agent',
    says: 'Every gate passed and the judge accepted the change.',
  },
  accepted_without_change: {
    outcomes: ['completed'],
    work: 'agent',
    says: 'Nothing had to change, policy allows that, and the judge agreed.',
  },
  decided_by_person: {
    outcomes: ['completed', 'needs_human', 'closed'],
    work: 'nobody',
    says: 'A person decided.',
  },

  workflow_failed: iterate('The workflow did not succeed.'),
  empty_diff: iterate('The pull request changes no content.'),
  patch_failed: iterate('The change holds conflict markers, or a patch of it did not apply.'),
  missing_pull_request: iterate('No pull request was found for the branch.'),
  commit_not_pushed: iterate('The commit the run reported is not part of the pull request.'),
  pull_request_draft: iterate('The pull request is still a draft.'),
  pull_request_behind: iterate(
    'The branch is behind its base, and the base requires it to be up to date.',
  ),
  wrong_base: iterate('The pull request targets another base branch than the one asked for.'),
  out_of_scope: iterate('The change goes beyond what policy allows.'),
  tests_weakened: iterate('The change weakens the tests it should pass.'),
  ci_failed: iterate('CI failed for the commit.'),
  ci_timeout: iterate('CI of the commit did not finish in time.'),
  review_changes_requested: iterate('A reviewer requested changes.'),
  review_threads_open: iterate('Review threads are not resolved.'),
  judge_rejected: iterate('The judge found requirements that are not met.'),

  missing_commit: ground('The pull request has no commit that can be named.'),
  infrastructure: ground('The ground gave way, not the work: infrastructure failed.'),

  missing_metadata: person(
    'nobody',
    'The run does not say which repository or issue it belongs to.',
  ),
  completion_missing: person('nobody', 'The run was announced, but its completion never came.'),
  merge_conflict: person('agent', 'The pull request conflicts with its base.'),
  secret_found: person('agent', 'The change holds something that looks like a secret.'),
  ci_action_required: person('agent', 'A check asks for a person.'),
  ci_missing: person('agent', 'No CI result ever appeared for the commit.'),
  review_missing: person('agent', 'The review of the commit never came.'),
  policy_invalid: person('nobody', "The repository's policy file cannot be used."),
  judge_unavailable: person('nobody', 'No usable answer of the judge could be had.'),
  judge_split: person('agent', 'The judges disagree.'),
  low_confidence: person('agent', 'No judge was sure enough.'),
  injection_suspected: person('agent', 'The change tries to talk to the judge.'),
  no_progress: person('agent', 'The attempts fail in the same way.'),
  attempts_exhausted: person('agent', 'Every allowed attempt has been used.'),
  budget_exhausted: person('nobody', 'The budget for asking the judge is used up.'),
  dispatch_failed: person('nobody', 'The next attempt could not be started.'),
  infrastructure_exhausted: person('nobody', 'Infrastructure failed too many times.'),

  newer_run: {
    outcomes: ['superseded'],
    work: 'nobody',
    says: 'A newer run of the same issue took over.',
  },

  merged_by_person: shut('The pull request was merged before the decision.'),
  pull_request_closed: shut('The pull request was closed before the decision.'),
  issue_closed: shut('The issue was closed before the decision.'),
  stopped_by_person: shut('A person stopped the run.'),
  unanswered: shut('Nobody answered the question in time.'),
} as const satisfies Record<string, ReasonEntry>

export type Reason = keyof typeof reasons

/**
 * The reasons that may stand under one status: `ReasonFor<'closed'>` is what a closed run can say.
 */
export type ReasonFor<S extends TerminalStatus> = {
  [R in Reason]: S extends (typeof reasons)[R]['outcomes'][number] ? R : never
}[Reason]

export const isReason = (text: string): text is Reason => Object.hasOwn(reasons, text)
export const reasonText = (reason: Reason): string => reasons[reason].says

/** True where the run's own work was judged, so that it uses up an attempt. */
export const usesAttempt = (reason: Reason): boolean => reasons[reason].work === 'agent'
/** True where infrastructure failed: retried without using an attempt, and capped apart. */
export const isGround = (reason: Reason): boolean => reasons[reason].work === 'ground'
