-- Up Migration

-- How many attempts the policy in force allowed when the run was looked at last: the repository's own file may allow fewer. Null: not looked at yet, or by an older release.
alter table runs add column attempts_max integer;

-- When CI was first waited for, from which its duration counts. Null: it never was, or by an older release.
alter table runs add column ci_awaited_at timestamptz;

-- Runs that something is waited for, by which lists count and find the oldest wait. Few at any time.
create index runs_waiting on runs (status, status_since)
  where status in ('notified', 'run_complete', 'waiting_for_ci', 'waiting_for_review', 'judging', 'needs_human');

-- Who did what, when and why. The inbox has the same for 30 days only, and an answer or a pause has no row of its own in the history.
create table audit (
  id uuid primary key,
  at timestamptz not null default now(),
  actor text not null,
  action text not null,
  run_id uuid references runs (id),
  escalation_id uuid,
  repository text,
  repository_key text generated always as (lower(repository)) stored,
  issue_number integer,
  note text,
  effect text not null
);
create index audit_recent on audit (at desc, id desc);
create index audit_run on audit (run_id, at) where run_id is not null;
create index audit_repository on audit (repository_key, at desc, id desc) where repository_key is not null;
comment on table audit is 'Everything that people did, kept as long as the run that it was about. Written by engine/operate and history/operate.';

-- Whether a person agrees with a verdict. It outlives the verdict, because it tells how much a confidence is worth.
create table verdict_labels (
  verdict_id uuid primary key,
  run_id uuid not null references runs (id),
  agrees boolean not null,
  note text,
  by_actor text not null,
  at timestamptz not null default now()
);
create index verdict_labels_run on verdict_labels (run_id);
comment on table verdict_labels is 'What people said about verdicts, the last word for each. Written by history/operate.';
