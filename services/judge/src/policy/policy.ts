import type { Millis } from '../lib/instant.ts'
import type { TerminalStatus } from '../run/lifecycle.ts'

/**
 * The policy that applies to one run: the service's, with what the repository may change of it.
 * Durations are in milliseconds, and every default is filled in. config/policy.yml is the file
 * form.
 */
export interface Policy {
  /** A digest of the rules: decisions with the same version were made by the same rules. */
  readonly version: string
  /** What the service does for this repository: everything, or nothing but deciding. */
  readonly mode: 'act' | 'observe'
  /** What starts a run besides a finished workflow. */
  readonly runs: {
    readonly from: readonly ('workflow' | 'pull_request')[]
    readonly authors: readonly string[]
    readonly labels: readonly string[]
    readonly branches: readonly string[]
    readonly verify: 'when_known' | 'always'
  }
  readonly dispatch: {
    readonly by: 'dispatcher' | 'comment'
    readonly mention: string
    readonly on_label: string | null
  }
  readonly attempts: {
    readonly max: number
    readonly backoff: readonly Millis[]
    readonly infrastructure_max: number
    readonly dispatch_patience: Millis
    readonly stop_below: number | null
  }
  readonly ci: CiPolicy
  readonly review: ReviewPolicy
  readonly diff: {
    readonly allow_empty: boolean
    readonly max_files: number
    readonly max_lines: number
    readonly allowed_paths: readonly string[]
    readonly denied_paths: readonly string[]
    readonly base: string | null
  }
  readonly tests: {
    readonly weakened: 'needs_iteration' | 'needs_human' | 'off'
    readonly protected_paths: readonly string[]
  }
  readonly secrets: { readonly found: Extract<TerminalStatus, 'needs_human' | 'needs_iteration'> }
  readonly judge: JudgePolicy
  readonly budget: {
    readonly run_usd: number
    readonly issue_usd: number
    readonly repository_day_usd: number
    readonly unknown_call_usd: number
    readonly labels: Readonly<Record<string, number>>
    readonly count_agent: boolean
  }
  readonly escalation: { readonly remind: Millis; readonly close: Millis; readonly retry: Millis }
  readonly patience: {
    readonly github: Millis
    readonly artifacts: Millis
    readonly completion: Millis
  }
  readonly no_progress: { readonly same_failure: number; readonly same_diff: number }
  readonly status: {
    readonly enabled: boolean
    readonly context: string
    readonly check_run: boolean
  }
  readonly tuning: {
    readonly enabled: boolean
    readonly repository: string | null
    readonly prompt_path: string | null
    readonly threshold: number
    readonly window: Millis
    readonly cooldown: Millis
  }
  readonly retention: Readonly<
    Record<'inbox' | 'facts' | 'verdicts' | 'memories' | 'agent_messages' | 'runs', Millis | null>
  >
}

export type ConclusionMeaning = 'success' | 'failure' | 'pending' | 'human'

export interface CiPolicy {
  readonly wait: Millis
  readonly no_checks_grace: Millis
  readonly required: readonly string[]
  readonly ignore: readonly string[]
  readonly rerun_failed_once: boolean
  readonly conclusions: Readonly<
    Record<
      | 'neutral'
      | 'skipped'
      | 'cancelled'
      | 'stale'
      | 'timed_out'
      | 'startup_failure'
      | 'action_required',
      ConclusionMeaning
    >
  >
  readonly allow_only_neutral: boolean
}

export interface ReviewPolicy {
  readonly required: boolean
  readonly wait: Millis
  readonly arrival: Millis
  readonly request_after: Millis
  readonly blocking_severity: Severity
  /** Whose threads and reviews count as those of people. */
  readonly people: 'collaborators' | 'everyone'
  readonly human_changes_requested: 'block' | 'ignore'
  readonly human_threads: 'block' | 'ignore'
}

export interface JudgePolicy {
  /** Model names as policy spells them (`openai/gpt-5.2`); if empty, the gates decide alone. */
  readonly models: readonly string[]
  readonly escalate_below: number
  readonly timeout: Millis
  readonly patience: Millis
  readonly max_input_tokens: number
  readonly invalid_answers_max: number
  /** In US dollars for a million tokens. */
  readonly prices: Readonly<
    Record<
      string,
      { readonly input: number; readonly cached_input: number; readonly output: number }
    >
  >
  readonly send: { readonly logs: boolean; readonly last_message: boolean }
}

/** Most severe first. */
export const severities = ['P0', 'P1', 'P2', 'P3'] as const
export type Severity = (typeof severities)[number]

/** Who set a key of the policy: no one, the service's own file, or the repository's. */
export type PolicyOrigin = 'default' | 'service' | 'repository'
/** By dotted key, such as `review.required`. */
export type PolicyOrigins = Readonly<Record<string, PolicyOrigin>>

export type RepositoryPolicyReading =
  | { readonly kind: 'absent' }
  | { readonly kind: 'applied'; readonly ignored: readonly string[] }
  | { readonly kind: 'invalid'; readonly faults: readonly string[] }
