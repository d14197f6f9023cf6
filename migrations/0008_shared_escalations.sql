-- Up Migration

-- One escalation for all runs that stop for the same cause (docs/decisions/0007-one-outage-one-question.md). Everything is added: an older release that still
-- runs reads and writes the columns that it knows.
alter table escalations
  add column group_key text,
  add column cause jsonb,
  add column message_key text,
  add column probe_at timestamptz,
  add column probed_at timestamptz,
  add column probe_run_id uuid,
  add column resolution text,
  add column due_at timestamptz;
create unique index escalations_open_group on escalations (group_key) where state = 'open' and group_key is not null;
create index escalations_due on escalations (due_at) where due_at is not null;
comment on table escalations is 'Questions to people, with what happens by when if there is no answer. Runs with the same cause share one: group_key names the cause, run_id is the first of its runs, probe_at is when one of them tries again, due_at is when the escalation itself is reconciled. Written by engine and correlate.';
comment on column escalations.resolution is 'Why a shared escalation ended: recovered, answered, unanswered or left (no run was left). Its runs follow it one by one.';

create table escalation_runs (
  escalation_id uuid not null references escalations (id) on delete cascade,
  run_id uuid not null references runs (id),
  joined_at timestamptz not null default now(),
  left_at timestamptz,
  primary key (escalation_id, run_id)
);
create index escalation_runs_run on escalation_runs (run_id) where left_at is null;
comment on table escalation_runs is 'The runs of each escalation. left_at: when a run was moved on, by itself or because the escalation was resolved. Written by engine and correlate.';
insert into escalation_runs (escalation_id, run_id, joined_at)
select id, run_id, created_at from escalations where state = 'open';

-- How the last try of a given-up effect failed: it tells a system that is away from one that declined this request.
alter table effects add column failure text;

-- The new reasons. Every existing row met the narrower constraint, so it need not be scanned again under the lock.
alter table runs drop constraint runs_reason_check;
alter table runs add constraint runs_reason_check check (reason in ('accepted', 'accepted_without_change', 'decided_by_person', 'workflow_failed', 'empty_diff', 'patch_failed', 'missing_pull_request', 'commit_not_pushed', 'pull_request_draft', 'pull_request_behind', 'wrong_base', 'out_of_scope', 'tests_weakened', 'ci_failed', 'ci_timeout', 'review_changes_requested', 'review_threads_open', 'judge_rejected', 'missing_commit', 'infrastructure', 'outage', 'base_broken', 'missing_metadata', 'completion_missing', 'merge_conflict', 'secret_found', 'ci_action_required', 'ci_missing', 'review_missing', 'policy_invalid', 'judge_unavailable', 'judge_split', 'low_confidence', 'injection_suspected', 'no_progress', 'attempts_exhausted', 'budget_exhausted', 'dispatch_failed', 'infrastructure_exhausted', 'newer_run', 'merged_by_person', 'pull_request_closed', 'issue_closed', 'stopped_by_person', 'unanswered')) not valid;
