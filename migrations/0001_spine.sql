-- Up Migration

-- Who writes what is said on each table; closed sets are CHECKed here and typed in TypeScript, and a test compares the two.
-- Every time is Postgres's own, except where a column says it is the outside's.

create table inbox (
  id uuid primary key,
  source text not null check (source in ('run-complete', 'notify', 'github', 'agent', 'person', 'sweep')),
  transport text not null check (transport in ('http', 'kafka', 'nats', 'internal')),
  received_at timestamptz not null default now(),
  state text not null check (state in ('applied', 'ignored', 'quarantined')),
  because text not null,
  error_code text,
  headers jsonb not null default '{}',
  body bytea not null,
  run_id uuid,
  replayed_at timestamptz,
  replayed_as uuid,
  check ((state = 'quarantined') = (error_code is not null))
);
comment on table inbox is 'Every message, byte for byte, with what became of it. Written by ingest and correlate/record only; headers never hold credentials.';
create index inbox_received on inbox (received_at);
create index inbox_quarantined on inbox (received_at desc) where state = 'quarantined' and replayed_at is null;

create table deliveries (
  key text primary key,
  inbox_id uuid not null,
  run_id uuid,
  outcome text not null check (outcome in ('recorded', 'ignored', 'quarantined')),
  first_at timestamptz not null default now()
);
comment on table deliveries is 'One row an identity of a message: what makes a repetition a duplicate. Outlives the inbox. Written by correlate/record.';

create table issues (
  repository_key text not null,
  issue_number integer not null,
  repository text not null,
  title text,
  body text,
  url text,
  text_digest text,
  text_frozen_at timestamptz,
  text_source text check (text_source in ('event', 'github')),
  granted_attempts integer not null default 0,
  last_ordinal integer not null default 0,
  first_seen_at timestamptz not null default now(),
  primary key (repository_key, issue_number)
);
comment on table issues is 'One row an issue (repository_key is the lower-case name): its frozen text, granted attempts, and the highest attempt number ever given out. Written by correlate/record and engine/commit, under the lock of the issue.';

create table pauses (
  id uuid primary key,
  repository_key text,
  issue_number integer,
  reason text not null,
  by_actor text not null,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  ended_by text,
  ended_because text
);
comment on table pauses is 'Where nothing is dispatched and no model asked; null repository: everywhere. Written by a person, through history/operate.';
create index pauses_open on pauses (repository_key) where ended_at is null;

create table runs (
  id uuid primary key,
  repository text,
  repository_key text generated always as (lower(repository)) stored,
  issue_number integer,
  branch text,
  base text,
  attempt integer not null,
  parent_run_id uuid references runs (id),
  thread_id text,
  turn_id text,
  session_id text,
  workflow_name text,
  workflow_namespace text,
  workflow_uid text unique,
  stage text not null,
  phase text,
  phase_message text,
  status text not null check (status in ('notified', 'run_complete', 'waiting_for_ci', 'waiting_for_review', 'judging', 'completed', 'needs_iteration', 'needs_human', 'superseded', 'closed')),
  reason text check (reason in ('accepted', 'accepted_without_change', 'decided_by_person', 'workflow_failed', 'empty_diff', 'patch_failed', 'missing_pull_request', 'commit_not_pushed', 'pull_request_draft', 'pull_request_behind', 'wrong_base', 'out_of_scope', 'tests_weakened', 'ci_failed', 'ci_timeout', 'review_changes_requested', 'review_threads_open', 'judge_rejected', 'missing_commit', 'infrastructure', 'missing_metadata', 'completion_missing', 'merge_conflict', 'secret_found', 'ci_action_required', 'ci_missing', 'review_missing', 'policy_invalid', 'judge_unavailable', 'judge_split', 'low_confidence', 'injection_suspected', 'no_progress', 'attempts_exhausted', 'budget_exhausted', 'dispatch_failed', 'infrastructure_exhausted', 'newer_run', 'merged_by_person', 'pull_request_closed', 'issue_closed', 'stopped_by_person', 'unanswered')),
  reason_text text,
  cause_reason text,
  status_since timestamptz not null default now(),
  commit_sha text,
  reported_commit text,
  pr_number integer,
  pr_url text,
  reported_pr_number integer,
  ci_status text check (ci_status in ('pending', 'success', 'failure')),
  ci_url text,
  ci_concluded_at timestamptz,
  review_status text check (review_status in ('pending', 'approved', 'changes_requested', 'commented')),
  prompt text,
  next_prompt text,
  decision text check (decision in ('pass', 'needs_iteration', 'needs_human')),
  confidence double precision,
  issue_title text,
  issue_body text,
  issue_url text,
  sender text,
  delivery_id text,
  iterations jsonb,
  iteration_cycle integer,
  autonomous boolean,
  artifact_refs jsonb not null default '[]',
  enrichment jsonb not null default '{}',
  provenance jsonb not null default '{}',
  agent_usage jsonb,
  cost_usd numeric(12, 6) not null default 0,
  prompt_version text,
  attempts_used integer not null default 0,
  failure_fingerprint text,
  diff_digest text,
  evidence jsonb,
  waiting_for jsonb not null default '[]',
  deadline_at timestamptz,
  policy_version text,
  started_at timestamptz,
  finished_at timestamptz,
  completed_at timestamptz,
  decided_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version integer not null default 0,
  nudges integer not null default 0,
  looks integer not null default 0,
  due_at timestamptz,
  looking_until timestamptz,
  unreadable_since jsonb not null default '{}',
  ci_rerun_at timestamptz,
  check ((status in ('completed', 'needs_iteration', 'needs_human', 'superseded', 'closed')) = (reason is not null)),
  check (status not in ('notified', 'run_complete', 'waiting_for_ci', 'waiting_for_review', 'judging') or due_at is not null)
);
comment on table runs is 'One row a run. correlate/record makes it and merges messages into it; engine/commit alone moves its status. version counts commits, nudges counts signals that may change a decision.';
comment on column runs.completed_at is 'When we recorded the completion; null while only notified.';
comment on column runs.started_at is 'The outside''s time, as finished_at: when Argo says the workflow ran.';
comment on column runs.unreadable_since is 'Part of the world → since when it cannot be read; what patience is counted from.';
create index runs_due on runs (due_at) where due_at is not null;
create index runs_issue on runs (repository_key, issue_number, attempt);
create index runs_recent on runs (created_at desc, id desc);
create index runs_repository_recent on runs (repository_key, created_at desc, id desc);
create index runs_status_recent on runs (status, created_at desc, id desc);
create index runs_reason_recent on runs (reason, created_at desc, id desc) where reason is not null;
create index runs_workflow_name on runs (workflow_name, workflow_namespace);
create index runs_commit on runs (commit_sha text_pattern_ops) where commit_sha is not null;
create index runs_reported_commit on runs (reported_commit text_pattern_ops) where commit_sha is null and reported_commit is not null;
create index runs_branch on runs (repository_key, branch);
create index runs_pull on runs (repository_key, pr_number);
create index runs_delivery on runs (delivery_id) where delivery_id is not null;
alter table inbox add constraint inbox_run foreign key (run_id) references runs (id) on delete set null;

create table ordinals (
  repository_key text not null,
  issue_number integer not null,
  ordinal integer not null,
  delivery_id text,
  -- Deferred: the number is given out before the run that takes it is inserted with it.
  run_id uuid references runs (id) deferrable initially deferred,
  withdrawn_at timestamptz,
  primary key (repository_key, issue_number, ordinal)
);
comment on table ordinals is 'Attempt numbers given out, to a run or to a dispatch, never twice. Written by correlate/record and engine/commit, under the lock of the issue.';
create unique index ordinals_delivery on ordinals (delivery_id) where delivery_id is not null;

create table heads (
  repository_key text not null,
  branch text not null,
  sha text not null,
  first_seen_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  pushed_at timestamptz,
  replaced_at timestamptz,
  forced boolean not null default false,
  primary key (repository_key, branch, sha)
);
comment on table heads is 'Every commit a branch was seen to point at, by webhook (pushed_at) or reading. replaced_at: another head was seen after it. Written by correlate/record and engine/commit.';

create sequence history_seq;
create table run_events (
  seq bigint primary key,
  run_id uuid not null references runs (id),
  kind text not null check (kind in ('run', 'escalation')),
  from_status text,
  to_status text,
  reason text,
  because text not null,
  caused_by text not null,
  at timestamptz not null default now(),
  data jsonb not null default '{}'
);
comment on table run_events is 'Append-only: what each run became, why, and what caused it (inbox id, effect id, person or timer). seq is given under one lock, so it is a stream without holes to its readers. Written by correlate/record and engine/commit.';
create index run_events_run on run_events (run_id, seq);

create table blobs (
  digest text primary key,
  content text not null,
  created_at timestamptz not null default now()
);
comment on table blobs is 'Texts by their SHA-256: diffs, prompts, issue texts. What a decision was made from can be read again exactly. Written by engine/commit.';

create table facts (
  run_id uuid not null references runs (id),
  kind text not null,
  digest text not null,
  commit_sha text,
  observed_at timestamptz not null,
  value jsonb not null,
  primary key (run_id, kind, digest)
);
comment on table facts is 'What was seen, when it was first seen so, and of which commit. Written by engine/commit.';

create table gate_results (
  run_id uuid not null references runs (id),
  position integer not null,
  name text not null,
  result text not null check (result in ('pass', 'refuse', 'wait')),
  reason text,
  because text not null,
  evidence jsonb not null,
  at timestamptz not null default now(),
  primary key (run_id, name)
);
comment on table gate_results is 'The last result of each gate of a run. Written by engine/commit.';

create table decisions (
  id uuid primary key,
  run_id uuid not null references runs (id),
  outcome text not null,
  reason text not null,
  because text not null,
  by_actor text not null,
  at timestamptz not null default now(),
  policy_version text not null,
  commit_sha text,
  receipt jsonb not null
);
comment on table decisions is 'One row a decision; a later one (by a person) does not erase an earlier one. Written by engine/commit.';
create index decisions_run on decisions (run_id, at desc);

create sequence effect_seq;
create table effects (
  id uuid primary key,
  run_id uuid not null references runs (id),
  kind text not null check (kind in ('ask', 'dispatch', 'discord', 'status', 'remember', 'requestReview', 'rerunChecks')),
  key text not null,
  object text not null,
  payload jsonb not null,
  state text not null default 'pending' check (state in ('pending', 'done', 'skipped', 'replaced', 'unknown', 'failed')),
  because text,
  sequence bigint not null default nextval('effect_seq'),
  tries integer not null default 0,
  failures integer not null default 0,
  last_error text,
  answer jsonb,
  created_at timestamptz not null default now(),
  next_try_at timestamptz default now(),
  patience_ms bigint not null,
  give_up_at timestamptz,
  trying_until timestamptz,
  settled_at timestamptz,
  check ((state in ('done', 'skipped', 'replaced', 'failed')) = (settled_at is not null)),
  check (state in ('done', 'skipped', 'replaced', 'failed') or next_try_at is not null)
);
comment on table effects is 'What is to be done outside, in full, and how it went. Inserted by engine/commit with the decision; settled by effects/perform. unknown: a try without an answer, to be looked up before the next. object is the outside thing it sets (its key, but for commit statuses): only the newest of an object is carried out.';
create unique index effects_key on effects (key);
create index effects_object on effects (object, sequence desc);
create index effects_run on effects (run_id, created_at);
create index effects_due on effects (next_try_at) where settled_at is null;

create table effect_tries (
  effect_id uuid not null references effects (id),
  number integer not null,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  outcome text check (outcome in ('done', 'failed', 'unknown', 'skipped')),
  error text,
  primary key (effect_id, number)
);
comment on table effect_tries is 'Every try, committed before its request is sent. One without ended_at was never answered. Written by effects/perform.';

create table verdicts (
  id uuid primary key,
  run_id uuid not null references runs (id),
  effect_id uuid references effects (id),
  model text not null,
  commit_sha text not null,
  diff_digest text not null,
  issue_digest text not null,
  prompt_digest text not null,
  prompt_version text not null,
  result text not null check (result in ('valid', 'invalid', 'unavailable', 'budget')),
  answer jsonb,
  fault text,
  raw text,
  input_tokens integer not null default 0,
  cached_input_tokens integer not null default 0,
  output_tokens integer not null default 0,
  cost_usd numeric(12, 6) not null default 0,
  took_ms integer,
  discounted_at timestamptz,
  at timestamptz not null default now()
);
comment on table verdicts is 'One row an answer of a model, or its absence. discounted_at: a person asked for a new judgement, this one no longer counts. Written by effects/perform.';
create index verdicts_run on verdicts (run_id, at);

create table spend (
  id uuid primary key,
  run_id uuid not null references runs (id),
  repository_key text not null,
  issue_number integer not null,
  model text not null,
  reserved_usd numeric(12, 6) not null,
  settled_usd numeric(12, 6),
  day date not null default (now() at time zone 'utc')::date,
  at timestamptz not null default now()
);
comment on table spend is 'Money: reserved at its worst case before a call, settled after it; an unknown one counts at its worst case. Written by effects/perform.';
create index spend_day on spend (repository_key, day);
create index spend_run on spend (run_id);

create table escalations (
  id uuid primary key,
  run_id uuid not null references runs (id),
  type text not null check (type in ('manual', 'authorization', 'decision')),
  reason text not null,
  question text not null,
  options jsonb not null,
  recommendation text not null,
  state text not null default 'open' check (state in ('open', 'answered', 'closed')),
  created_at timestamptz not null default now(),
  remind_at timestamptz,
  deadline_at timestamptz,
  answered_at timestamptz,
  answer jsonb
);
comment on table escalations is 'One answerable question to a person, with what happens by when if nobody answers. Written by engine/commit.';
create unique index escalations_open on escalations (run_id) where state = 'open';

create table artifacts (
  run_id uuid not null references runs (id),
  name text not null,
  bucket text,
  key text,
  sha256 text,
  bytes bigint,
  state text not null check (state in ('found', 'missing', 'empty', 'unavailable', 'refused')),
  because text not null,
  at timestamptz not null default now(),
  primary key (run_id, name)
);
comment on table artifacts is 'What was found of each artifact. Written by engine/commit.';

create table memories (
  id uuid primary key,
  run_id uuid references runs (id),
  kind text check (kind in ('run_summary', 'decision', 'prompt', 'next_prompt', 'output_log', 'agent_log', 'runtime_log', 'event_log', 'review', 'pull_request')),
  namespace text not null,
  summary text not null,
  content text not null,
  tags text[] not null default '{}',
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  search tsvector generated always as (to_tsvector('simple', summary || ' ' || left(content, 200000))) stored
);
comment on table memories is 'Ten of every decided run, keyed (run, kind), and those others post. Written by effects/perform and the memories route.';
create unique index memories_run_kind on memories (run_id, kind) where run_id is not null;
create index memories_namespace on memories (namespace, created_at desc);
create index memories_search on memories using gin (search);

create table idempotency (
  route text not null,
  key text not null,
  request_digest text not null,
  status integer not null,
  response jsonb not null,
  at timestamptz not null default now(),
  primary key (route, key)
);
comment on table idempotency is 'First answers of operator writes that carried an Idempotency-Key, for 24 hours. Written by history/operate.';
