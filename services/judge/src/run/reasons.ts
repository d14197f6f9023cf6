import type { TerminalStatus } from './lifecycle.ts'

/** Why a run ended. The set is closed: the API, the metrics and the database use exactly these. */
interface ReasonEntry {
  /** The statuses that a run with this reason may have. */
  readonly outcomes: readonly TerminalStatus[]
  /**
   * What was judged. `agent`: the agent's work, so the run uses up one of the issue's attempts.
   * `infrastructure`: it failed, which is counted separately. `none`: nothing.
   */
  readonly work: 'agent' | 'infrastructure' | 'none'
  /** One sentence for people. */
  readonly text: string
}

// The types stay narrow because `ReasonFor` is derived from them.
const defineRetry = (text: string) =>
  ({ outcomes: ['needs_iteration'], work: 'agent', text }) as const satisfies ReasonEntry
const defineInfrastructureRetry = (text: string) =>
  ({ outcomes: ['needs_iteration'], work: 'infrastructure', text }) as const satisfies ReasonEntry
const defineEscalation = (work: 'agent' | 'none', text: string) =>
  ({ outcomes: ['needs_human'], work, text }) as const satisfies ReasonEntry
const defineClosing = (text: string) =>
  ({ outcomes: ['closed'], work: 'none', text }) as const satisfies ReasonEntry

export const reasons = {
  accepted: {
    outcomes: ['completed'],
    work: 'agent',
    text: 'Every gate passed and the judge accepted the change.',
  },
  accepted_without_change: {
    outcomes: ['completed'],
    work: 'agent',
    text: 'No change was needed, policy allows that, and the judge agreed.',
  },
  decided_by_person: {
    outcomes: ['completed', 'needs_human', 'closed'],
    work: 'none',
    text: 'A person decided.',
  },

  workflow_failed: defineRetry('The workflow did not succeed.'),
  empty_diff: defineRetry('The pull request changes no content.'),
  patch_failed: defineRetry(
    'The change contains conflict markers, or one of its patches did not apply.',
  ),
  missing_pull_request: defineRetry('No pull request was found for the branch.'),
  commit_not_pushed: defineRetry(
    'The commit that the run reported is not part of the pull request.',
  ),
  pull_request_draft: defineRetry('The pull request is still a draft.'),
  pull_request_behind: defineRetry(
    'The branch is behind its base, and the base requires branches to be up to date.',
  ),
  wrong_base: defineRetry('The pull request targets a different base branch than requested.'),
  out_of_scope: defineRetry('The change goes beyond what the policy allows.'),
  tests_weakened: {
    outcomes: ['needs_iteration', 'needs_human'],
    work: 'agent',
    text: 'The change weakens the tests that it should pass.',
  },
  ci_failed: defineRetry('CI failed for the commit.'),
  ci_timeout: defineRetry('CI did not finish in time for the commit.'),
  review_changes_requested: defineRetry('A reviewer requested changes.'),
  review_threads_open: defineRetry('Review threads are not resolved.'),
  judge_rejected: defineRetry('The judge found requirements that are not met.'),

  missing_commit: defineInfrastructureRetry(
    'The head commit of the pull request could not be determined.',
  ),
  infrastructure: defineInfrastructureRetry(
    "Infrastructure failed; the agent's work was not judged.",
  ),

  outage: defineEscalation(
    'none',
    'An external system that the decision needs is unavailable, or refuses our credentials.',
  ),
  base_broken: defineEscalation(
    'none',
    'The base branch fails the same checks, so the failure is not of this change.',
  ),
  missing_metadata: defineEscalation(
    'none',
    'The run does not say which repository or issue it belongs to.',
  ),
  completion_missing: defineEscalation(
    'none',
    'The completion of the run never arrived, or Argo does not confirm it.',
  ),
  merge_conflict: defineEscalation('agent', 'The pull request conflicts with its base.'),
  secret_found: {
    outcomes: ['needs_human', 'needs_iteration'],
    work: 'agent',
    text: 'The change contains something that looks like a secret.',
  },
  ci_action_required: defineEscalation('agent', 'A check requires action by a person.'),
  ci_missing: defineEscalation('agent', 'CI never reported a result for the commit.'),
  review_missing: defineEscalation('agent', 'The commit was not reviewed.'),
  policy_invalid: defineEscalation('none', "The repository's policy file is invalid."),
  judge_unavailable: defineEscalation('none', 'The judge gave no usable answer.'),
  judge_split: defineEscalation('agent', 'The judge models disagree.'),
  low_confidence: defineEscalation('agent', 'No judge model was confident enough.'),
  injection_suspected: defineEscalation(
    'agent',
    'Text in the evidence tries to influence the judge.',
  ),
  no_progress: defineEscalation('agent', 'The attempts make no progress.'),
  attempts_exhausted: defineEscalation('agent', 'Every allowed attempt has been used.'),
  budget_exhausted: defineEscalation('none', 'The budget is used up.'),
  dispatch_failed: defineEscalation('none', 'The next attempt could not be started.'),
  infrastructure_exhausted: defineEscalation('none', 'Infrastructure failed too many times.'),

  newer_run: {
    outcomes: ['superseded'],
    work: 'none',
    text: 'A newer run of the same issue took over.',
  },

  merged_by_person: defineClosing('The pull request was merged before the decision.'),
  pull_request_closed: defineClosing('The pull request was closed before the decision.'),
  issue_closed: defineClosing('The issue was closed before the decision.'),
  stopped_by_person: defineClosing('A person stopped the run.'),
  unanswered: defineClosing('The question was not answered in time.'),
} as const satisfies Record<string, ReasonEntry>

export type Reason = keyof typeof reasons

/** The reasons that a run of one status may have, such as `ReasonFor<'closed'>`. */
export type ReasonFor<S extends TerminalStatus> = {
  [R in Reason]: S extends (typeof reasons)[R]['outcomes'][number] ? R : never
}[Reason]

export const isReason = (text: string): text is Reason => Object.hasOwn(reasons, text)
export const describeReason = (reason: Reason): string => reasons[reason].text

/** Whether the agent's own work was judged, so that the run uses up an attempt. */
export const usesAttempt = (reason: Reason): boolean => reasons[reason].work === 'agent'
/** Whether infrastructure failed: retried without using an attempt, with a separate limit. */
export const isInfrastructure = (reason: Reason): boolean =>
  reasons[reason].work === 'infrastructure'
