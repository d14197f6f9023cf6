-- The schema after all migrations, written by `npm run generate`. It is never executed.

create sequence agent_messages_seq;
create sequence effect_seq;
create sequence history_seq;

create table agent_messages (
  seq bigint not null,
  key text not null,
  source text not null,
  run_id text,
  workflow_uid text,
  workflow_name text,
  workflow_namespace text,
  channel text,
  agent_id text,
  step_id text,
  stage text,
  kind text not null,
  role text,
  content text not null,
  attrs jsonb not null default '{}'::jsonb,
  status text,
  exit_code integer,
  said_at timestamp with time zone,
  received_at timestamp with time zone not null default now(),
  constraint agent_messages_pkey PRIMARY KEY (seq),
  constraint agent_messages_key_key UNIQUE (key),
  constraint agent_messages_source_check CHECK ((source = ANY (ARRAY['nats'::text, 'artifact'::text])))
);
CREATE INDEX agent_messages_channel ON public.agent_messages USING btree (channel, seq) WHERE (channel IS NOT NULL);
CREATE INDEX agent_messages_received ON public.agent_messages USING btree (received_at);
CREATE INDEX agent_messages_run ON public.agent_messages USING btree (run_id, seq) WHERE (run_id IS NOT NULL);
CREATE INDEX agent_messages_workflow ON public.agent_messages USING btree (workflow_uid, seq) WHERE (workflow_uid IS NOT NULL);
comment on table agent_messages is 'Messages of agents, one row per message; key is its subject and ID, or its place in the run''s events artifact. seq is assigned under one lock, so that a reader misses none. Written by correlate.';

create table artifacts (
  run_id uuid not null,
  name text not null,
  bucket text,
  key text,
  sha256 text,
  bytes bigint,
  state text not null,
  because text not null,
  at timestamp with time zone not null default now(),
  constraint artifacts_pkey PRIMARY KEY (run_id, name),
  constraint artifacts_state_check CHECK ((state = ANY (ARRAY['found'::text, 'missing'::text, 'empty'::text, 'unavailable'::text, 'refused'::text]))),
  constraint artifacts_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id)
);
comment on table artifacts is 'The result of reading each artifact of a run. Written by engine/commit.';

create table audit (
  id uuid not null,
  at timestamp with time zone not null default now(),
  actor text not null,
  action text not null,
  run_id uuid,
  escalation_id uuid,
  repository text,
  repository_key text generated always as (lower(repository)) stored,
  issue_number integer,
  note text,
  effect text not null,
  constraint audit_pkey PRIMARY KEY (id),
  constraint audit_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id)
);
CREATE INDEX audit_recent ON public.audit USING btree (at DESC, id DESC);
CREATE INDEX audit_repository ON public.audit USING btree (repository_key, at DESC, id DESC) WHERE (repository_key IS NOT NULL);
CREATE INDEX audit_run ON public.audit USING btree (run_id, at) WHERE (run_id IS NOT NULL);
comment on table audit is 'Everything that people did, kept as long as the run that it was about. Written by engine/operate and history/operate.';

create table blobs (
  digest text not null,
  content text not null,
  created_at timestamp with time zone not null default now(),
  constraint blobs_pkey PRIMARY KEY (digest)
);
CREATE INDEX blobs_created ON public.blobs USING btree (created_at);
comment on table blobs is 'Texts by their SHA-256 (diffs, prompts, issue texts), so that the basis of a decision can be read again exactly. Written by engine/commit.';

create table chores (
  name text not null,
  began_at timestamp with time zone not null,
  busy_until timestamp with time zone,
  constraint chores_pkey PRIMARY KEY (name)
);
comment on table chores is 'Periodic tasks that run on one replica at a time: when each last began, and until when it may be running. Written by engine/schedule.';

create table comment_commands (
  repository_key text not null,
  comment_id bigint not null,
  escalation_id uuid not null,
  login text not null,
  outcome text not null,
  at timestamp with time zone not null default now(),
  constraint comment_commands_pkey PRIMARY KEY (repository_key, comment_id),
  constraint comment_commands_escalation_id_fkey FOREIGN KEY (escalation_id) REFERENCES escalations(id) ON DELETE CASCADE
);
CREATE INDEX comment_commands_escalation ON public.comment_commands USING btree (escalation_id);
comment on table comment_commands is 'Comments on pull requests that tried to answer a question, and what came of each; a comment counts once. Written by engine/escalations.';

create table decision_parts (
  decision_id uuid not null,
  run_id uuid not null,
  name text not null,
  digest text not null,
  at timestamp with time zone not null default now(),
  constraint decision_parts_pkey PRIMARY KEY (decision_id, name),
  constraint decision_parts_decision_id_fkey FOREIGN KEY (decision_id) REFERENCES decisions(id) ON DELETE CASCADE,
  constraint decision_parts_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id)
);
CREATE INDEX decision_parts_at ON public.decision_parts USING btree (at);
CREATE INDEX decision_parts_digest ON public.decision_parts USING btree (digest);
CREATE INDEX decision_parts_run ON public.decision_parts USING btree (run_id);
comment on table decision_parts is 'The parts of a receipt: what each decision was made from, by the digests of texts in blobs. Written by engine/commit.';

create table decisions (
  id uuid not null,
  run_id uuid not null,
  outcome text not null,
  reason text not null,
  because text not null,
  by_actor text not null,
  at timestamp with time zone not null default now(),
  policy_version text not null,
  commit_sha text,
  receipt jsonb not null,
  constraint decisions_pkey PRIMARY KEY (id),
  constraint decisions_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id)
);
CREATE INDEX decisions_run ON public.decisions USING btree (run_id, at DESC);
comment on table decisions is 'One row per decision. A later decision, by a person, is added and replaces none. Written by engine/commit.';

create table deliveries (
  key text not null,
  inbox_id uuid not null,
  run_id uuid,
  outcome text not null,
  first_at timestamp with time zone not null default now(),
  constraint deliveries_pkey PRIMARY KEY (key),
  constraint deliveries_outcome_check CHECK ((outcome = ANY (ARRAY['recorded'::text, 'ignored'::text, 'quarantined'::text])))
);
comment on table deliveries is 'One row per identity of a message, by which duplicates are recognised. Kept longer than the inbox. Written by correlate.';

create table digest_keys (
  name text not null,
  key text not null,
  created_at timestamp with time zone not null default now(),
  constraint digest_keys_pkey PRIMARY KEY (name)
);
comment on table digest_keys is 'The key of the digests by which a secret that a change adds is recognised. Written by its migration, and never changed.';

create table effect_tries (
  effect_id uuid not null,
  number integer not null,
  started_at timestamp with time zone not null default now(),
  ended_at timestamp with time zone,
  outcome text,
  error text,
  constraint effect_tries_pkey PRIMARY KEY (effect_id, number),
  constraint effect_tries_outcome_check CHECK ((outcome = ANY (ARRAY['done'::text, 'failed'::text, 'unknown'::text, 'skipped'::text]))),
  constraint effect_tries_effect_id_fkey FOREIGN KEY (effect_id) REFERENCES effects(id)
);
comment on table effect_tries is 'Every try of an effect, committed before its request is sent. A row without ended_at got no answer. Written by effects.';

create table effects (
  id uuid not null,
  run_id uuid not null,
  kind text not null,
  key text not null,
  object text not null,
  payload jsonb not null,
  state text not null default 'pending'::text,
  because text,
  sequence bigint not null default nextval('effect_seq'::regclass),
  tries integer not null default 0,
  failures integer not null default 0,
  last_error text,
  answer jsonb,
  created_at timestamp with time zone not null default now(),
  next_try_at timestamp with time zone default now(),
  patience_ms bigint not null,
  give_up_at timestamp with time zone,
  trying_until timestamp with time zone,
  settled_at timestamp with time zone,
  failure text,
  constraint effects_pkey PRIMARY KEY (id),
  constraint effects_check CHECK (((state = ANY (ARRAY['done'::text, 'skipped'::text, 'replaced'::text, 'failed'::text])) = (settled_at IS NOT NULL))),
  constraint effects_check1 CHECK (((state = ANY (ARRAY['done'::text, 'skipped'::text, 'replaced'::text, 'failed'::text])) OR (next_try_at IS NOT NULL))),
  constraint effects_kind_check CHECK ((kind = ANY (ARRAY['ask'::text, 'dispatch'::text, 'discord'::text, 'status'::text, 'remember'::text, 'requestReview'::text, 'rerunChecks'::text, 'comment'::text]))) NOT VALID,
  constraint effects_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'done'::text, 'skipped'::text, 'replaced'::text, 'unknown'::text, 'failed'::text]))),
  constraint effects_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id)
);
CREATE INDEX effects_due ON public.effects USING btree (next_try_at) WHERE (settled_at IS NULL);
CREATE INDEX effects_object ON public.effects USING btree (object, sequence DESC);
CREATE INDEX effects_run ON public.effects USING btree (run_id, created_at);
CREATE UNIQUE INDEX effects_key ON public.effects USING btree (key);
comment on table effects is 'Planned actions on external systems and their results. Inserted by engine/commit with the decision; settled by effects. unknown: a try got no answer, so its result is looked up before the next one. object is the external object that the effect sets (its key, except for commit statuses): only the newest effect of an object is performed.';

create table escalation_runs (
  escalation_id uuid not null,
  run_id uuid not null,
  joined_at timestamp with time zone not null default now(),
  left_at timestamp with time zone,
  comments_at timestamp with time zone,
  constraint escalation_runs_pkey PRIMARY KEY (escalation_id, run_id),
  constraint escalation_runs_escalation_id_fkey FOREIGN KEY (escalation_id) REFERENCES escalations(id) ON DELETE CASCADE,
  constraint escalation_runs_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id)
);
CREATE INDEX escalation_runs_comments ON public.escalation_runs USING btree (comments_at) WHERE ((comments_at IS NOT NULL) AND (left_at IS NULL));
CREATE INDEX escalation_runs_run ON public.escalation_runs USING btree (run_id) WHERE (left_at IS NULL);
comment on table escalation_runs is 'The runs of each escalation. left_at: when a run was moved on, by itself or because the escalation was resolved. Written by engine and correlate.';

create table escalations (
  id uuid not null,
  run_id uuid not null,
  type text not null,
  reason text not null,
  question text not null,
  options jsonb not null,
  recommendation text not null,
  state text not null default 'open'::text,
  created_at timestamp with time zone not null default now(),
  remind_at timestamp with time zone,
  deadline_at timestamp with time zone,
  answered_at timestamp with time zone,
  answer jsonb,
  group_key text,
  cause jsonb,
  message_key text,
  probe_at timestamp with time zone,
  probed_at timestamp with time zone,
  probe_run_id uuid,
  resolution text,
  due_at timestamp with time zone,
  constraint escalations_pkey PRIMARY KEY (id),
  constraint escalations_state_check CHECK ((state = ANY (ARRAY['open'::text, 'answered'::text, 'closed'::text]))),
  constraint escalations_type_check CHECK ((type = ANY (ARRAY['manual'::text, 'authorization'::text, 'decision'::text]))),
  constraint escalations_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id)
);
CREATE INDEX escalations_answered ON public.escalations USING btree (answered_at DESC) WHERE (state = 'answered'::text);
CREATE INDEX escalations_due ON public.escalations USING btree (due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX escalations_run ON public.escalations USING btree (run_id);
CREATE UNIQUE INDEX escalations_open ON public.escalations USING btree (run_id) WHERE (state = 'open'::text);
CREATE UNIQUE INDEX escalations_open_group ON public.escalations USING btree (group_key) WHERE ((state = 'open'::text) AND (group_key IS NOT NULL));
comment on table escalations is 'Questions to people, with what happens by when if there is no answer. Runs with the same cause share one: group_key names the cause, run_id is the first of its runs, probe_at is when one of them tries again, due_at is when the escalation itself is reconciled. Written by engine and correlate.';
comment on column escalations.resolution is 'Why a shared escalation ended: recovered, answered, unanswered or left (no run was left). Its runs follow it one by one.';

create table facts (
  run_id uuid not null,
  kind text not null,
  digest text not null,
  commit_sha text,
  observed_at timestamp with time zone not null,
  value jsonb not null,
  constraint facts_pkey PRIMARY KEY (run_id, kind, digest),
  constraint facts_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id)
);
CREATE INDEX facts_observed ON public.facts USING btree (observed_at);
CREATE INDEX facts_text ON public.facts USING btree (((value ->> 'textDigest'::text))) WHERE (value ? 'textDigest'::text);
comment on table facts is 'Observed facts: when each was first observed, and for which commit. Written by engine/commit; what Argo answered about a completion, by correlate.';

create table flakes (
  repository_key text not null,
  repository text not null,
  app text not null,
  workflow text not null,
  event text not null,
  name text not null,
  commit_sha text not null,
  seen_at timestamp with time zone not null default now(),
  constraint flakes_pkey PRIMARY KEY (repository_key, app, workflow, event, name, commit_sha)
);
CREATE INDEX flakes_seen ON public.flakes USING btree (seen_at);
comment on table flakes is 'Checks that failed and then passed on one commit, once a commit. workflow and event are empty for checks that are no job of GitHub Actions. Written by engine/commit.';

create table gate_results (
  run_id uuid not null,
  "position" integer not null,
  name text not null,
  result text not null,
  reason text,
  because text not null,
  evidence jsonb not null,
  at timestamp with time zone not null default now(),
  constraint gate_results_pkey PRIMARY KEY (run_id, name),
  constraint gate_results_result_check CHECK ((result = ANY (ARRAY['pass'::text, 'refuse'::text, 'wait'::text]))),
  constraint gate_results_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id)
);
CREATE INDEX gate_results_at ON public.gate_results USING btree (at);
comment on table gate_results is 'The latest result of each gate of a run. Written by engine/commit.';

create table heads (
  repository_key text not null,
  branch text not null,
  sha text not null,
  first_seen_at timestamp with time zone not null default now(),
  last_seen_at timestamp with time zone not null default now(),
  pushed_at timestamp with time zone,
  replaced_at timestamp with time zone,
  forced boolean not null default false,
  proven_at timestamp with time zone,
  constraint heads_pkey PRIMARY KEY (repository_key, branch, sha)
);
comment on table heads is 'Every commit a branch was seen to point at, by webhook (pushed_at: when the first one arrived, proven_at: by when the push had happened) or reading. last_seen_at: when it was known to be the head. replaced_at: another head was seen after it. Written by correlate and engine/commit.';

create table idempotency (
  route text not null,
  key text not null,
  request_digest text not null,
  status integer not null,
  response jsonb not null,
  at timestamp with time zone not null default now(),
  constraint idempotency_pkey PRIMARY KEY (route, key)
);
comment on table idempotency is 'First answers to operator requests with an Idempotency-Key, kept for 24 hours. Written by history/operate.';

create table inbox (
  id uuid not null,
  source text not null,
  transport text not null,
  received_at timestamp with time zone not null default now(),
  state text not null,
  because text not null,
  error_code text,
  headers jsonb not null default '{}'::jsonb,
  body bytea not null,
  run_id uuid,
  replayed_at timestamp with time zone,
  replayed_as uuid,
  constraint inbox_pkey PRIMARY KEY (id),
  constraint inbox_check CHECK (((state = 'quarantined'::text) = (error_code IS NOT NULL))),
  constraint inbox_source_check CHECK ((source = ANY (ARRAY['run-complete'::text, 'notify'::text, 'github'::text, 'agent'::text, 'person'::text, 'sweep'::text]))),
  constraint inbox_state_check CHECK ((state = ANY (ARRAY['applied'::text, 'ignored'::text, 'quarantined'::text]))),
  constraint inbox_transport_check CHECK ((transport = ANY (ARRAY['http'::text, 'kafka'::text, 'nats'::text, 'internal'::text]))),
  constraint inbox_run FOREIGN KEY (run_id) REFERENCES runs(id) ON DELETE SET NULL
);
CREATE INDEX inbox_quarantined ON public.inbox USING btree (received_at DESC) WHERE ((state = 'quarantined'::text) AND (replayed_at IS NULL));
CREATE INDEX inbox_received ON public.inbox USING btree (received_at);
CREATE INDEX inbox_run ON public.inbox USING btree (run_id) WHERE (run_id IS NOT NULL);
comment on table inbox is 'Every message, byte for byte, with its outcome. headers never contain credentials. Written by ingest and correlate.';

create table issues (
  repository_key text not null,
  issue_number integer not null,
  repository text not null,
  title text,
  body text,
  url text,
  text_digest text,
  text_frozen_at timestamp with time zone,
  text_source text,
  granted_attempts integer not null default 0,
  last_ordinal integer not null default 0,
  first_seen_at timestamp with time zone not null default now(),
  granted_usd numeric(12,6) not null default 0,
  raised_usd numeric(12,6),
  constraint issues_pkey PRIMARY KEY (repository_key, issue_number),
  constraint issues_text_source_check CHECK ((text_source = ANY (ARRAY['event'::text, 'github'::text])))
);
comment on table issues is 'One row per issue (repository_key is the lower-case name): its frozen text, granted attempts and the highest assigned attempt number. Written by correlate and engine/commit, under the lock of the issue.';
comment on column issues.raised_usd is 'The largest amount of budget.labels among the labels that someone with triage rights had set when the issue was read last. Written by engine/commit.';

create table memories (
  id uuid not null,
  run_id uuid,
  kind text,
  namespace text not null,
  summary text not null,
  content text not null,
  tags text[] not null default '{}'::text[],
  metadata jsonb not null default '{}'::jsonb,
  created_at timestamp with time zone not null default now(),
  search tsvector generated always as (to_tsvector('simple'::regconfig, ((summary || ' '::text) || "left"(content, 200000)))) stored,
  constraint memories_pkey PRIMARY KEY (id),
  constraint memories_kind_check CHECK ((kind = ANY (ARRAY['run_summary'::text, 'decision'::text, 'prompt'::text, 'next_prompt'::text, 'output_log'::text, 'agent_log'::text, 'runtime_log'::text, 'event_log'::text, 'review'::text, 'pull_request'::text]))),
  constraint memories_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id)
);
CREATE INDEX memories_created ON public.memories USING btree (created_at);
CREATE INDEX memories_namespace ON public.memories USING btree (namespace, created_at DESC);
CREATE INDEX memories_search ON public.memories USING gin (search);
CREATE UNIQUE INDEX memories_run_kind ON public.memories USING btree (run_id, kind) WHERE (run_id IS NOT NULL);
comment on table memories is 'Memories of runs: ten per decided run, by (run, kind), and those posted to the API. Written by effects and history.';

create table ordinals (
  repository_key text not null,
  issue_number integer not null,
  ordinal integer not null,
  delivery_id text,
  run_id uuid,
  withdrawn_at timestamp with time zone,
  constraint ordinals_pkey PRIMARY KEY (repository_key, issue_number, ordinal),
  constraint ordinals_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ordinals_run ON public.ordinals USING btree (run_id) WHERE (run_id IS NOT NULL);
CREATE UNIQUE INDEX ordinals_delivery ON public.ordinals USING btree (delivery_id) WHERE (delivery_id IS NOT NULL);
comment on table ordinals is 'Attempt numbers assigned to runs and dispatches, each only once. Written by correlate and engine/commit, under the lock of the issue.';

create table pauses (
  id uuid not null,
  repository_key text,
  issue_number integer,
  reason text not null,
  by_actor text not null,
  created_at timestamp with time zone not null default now(),
  ended_at timestamp with time zone,
  ended_by text,
  ended_because text,
  constraint pauses_pkey PRIMARY KEY (id)
);
CREATE INDEX pauses_open ON public.pauses USING btree (repository_key) WHERE (ended_at IS NULL);
comment on table pauses is 'Repositories for which nothing is dispatched and no model is called; a null repository means all. Written by history/operate.';

create table run_events (
  seq bigint not null,
  run_id uuid not null,
  kind text not null,
  from_status text,
  to_status text,
  reason text,
  because text not null,
  caused_by text not null,
  at timestamp with time zone not null default now(),
  data jsonb not null default '{}'::jsonb,
  constraint run_events_pkey PRIMARY KEY (seq),
  constraint run_events_kind_check CHECK ((kind = ANY (ARRAY['run'::text, 'escalation'::text]))),
  constraint run_events_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id)
);
CREATE INDEX run_events_run ON public.run_events USING btree (run_id, seq);
comment on table run_events is 'Append-only history: what each run became, why, and what caused it (inbox ID, effect ID, person or timer). seq is assigned under one lock, so that a reader sees no gap. Written by correlate and engine/commit.';

create table runs (
  id uuid not null,
  repository text,
  repository_key text generated always as (lower(repository)) stored,
  issue_number integer,
  branch text,
  base text,
  attempt integer not null,
  parent_run_id uuid,
  thread_id text,
  turn_id text,
  session_id text,
  workflow_name text,
  workflow_namespace text,
  workflow_uid text,
  stage text not null,
  phase text,
  phase_message text,
  status text not null,
  reason text,
  reason_text text,
  cause_reason text,
  status_since timestamp with time zone not null default now(),
  commit_sha text,
  reported_commit text,
  pr_number integer,
  pr_url text,
  reported_pr_number integer,
  ci_status text,
  ci_url text,
  ci_concluded_at timestamp with time zone,
  review_status text,
  prompt text,
  next_prompt text,
  decision text,
  confidence double precision,
  issue_title text,
  issue_body text,
  issue_url text,
  sender text,
  delivery_id text,
  iterations jsonb,
  iteration_cycle integer,
  autonomous boolean,
  artifact_refs jsonb not null default '[]'::jsonb,
  enrichment jsonb not null default '{}'::jsonb,
  provenance jsonb not null default '{}'::jsonb,
  agent_usage jsonb,
  cost_usd numeric(12,6) not null default 0,
  prompt_version text,
  attempts_used integer not null default 0,
  failure_fingerprint text,
  diff_digest text,
  evidence jsonb,
  waiting_for jsonb not null default '[]'::jsonb,
  deadline_at timestamp with time zone default (now() + '01:00:00'::interval),
  policy_version text,
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  completed_at timestamp with time zone,
  decided_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  version integer not null default 0,
  nudges integer not null default 0,
  looks integer not null default 0,
  due_at timestamp with time zone,
  looking_until timestamp with time zone,
  unreadable_since jsonb not null default '{}'::jsonb,
  ci_rerun_at timestamp with time zone,
  fault text,
  faults integer not null default 0,
  equal_faults integer not null default 0,
  reconsider_at timestamp with time zone,
  shutdown text,
  attempt_record jsonb,
  agent_threads jsonb,
  uptake jsonb,
  unconfirmed boolean not null default false,
  attempts_max integer,
  ci_awaited_at timestamp with time zone,
  constraint runs_pkey PRIMARY KEY (id),
  constraint runs_workflow_uid_key UNIQUE (workflow_uid),
  constraint runs_check CHECK (((status = ANY (ARRAY['completed'::text, 'needs_iteration'::text, 'needs_human'::text, 'superseded'::text, 'closed'::text])) = (reason IS NOT NULL))),
  constraint runs_check1 CHECK (((status <> ALL (ARRAY['notified'::text, 'run_complete'::text, 'waiting_for_ci'::text, 'waiting_for_review'::text, 'judging'::text])) OR (due_at IS NOT NULL))),
  constraint runs_ci_status_check CHECK ((ci_status = ANY (ARRAY['pending'::text, 'success'::text, 'failure'::text]))),
  constraint runs_decision_check CHECK ((decision = ANY (ARRAY['pass'::text, 'needs_iteration'::text, 'needs_human'::text]))),
  constraint runs_reason_check CHECK ((reason = ANY (ARRAY['accepted'::text, 'accepted_without_change'::text, 'decided_by_person'::text, 'workflow_failed'::text, 'empty_diff'::text, 'patch_failed'::text, 'missing_pull_request'::text, 'commit_not_pushed'::text, 'pull_request_draft'::text, 'pull_request_behind'::text, 'wrong_base'::text, 'out_of_scope'::text, 'tests_weakened'::text, 'ci_failed'::text, 'ci_timeout'::text, 'review_changes_requested'::text, 'review_threads_open'::text, 'judge_rejected'::text, 'missing_commit'::text, 'infrastructure'::text, 'outage'::text, 'base_broken'::text, 'missing_metadata'::text, 'completion_missing'::text, 'merge_conflict'::text, 'secret_found'::text, 'ci_action_required'::text, 'ci_missing'::text, 'review_missing'::text, 'policy_invalid'::text, 'judge_unavailable'::text, 'judge_split'::text, 'low_confidence'::text, 'injection_suspected'::text, 'no_progress'::text, 'attempts_exhausted'::text, 'budget_exhausted'::text, 'dispatch_failed'::text, 'infrastructure_exhausted'::text, 'newer_run'::text, 'merged_by_person'::text, 'pull_request_closed'::text, 'issue_closed'::text, 'stopped_by_person'::text, 'unanswered'::text]))) NOT VALID,
  constraint runs_review_status_check CHECK ((review_status = ANY (ARRAY['pending'::text, 'approved'::text, 'changes_requested'::text, 'commented'::text]))),
  constraint runs_status_check CHECK ((status = ANY (ARRAY['notified'::text, 'run_complete'::text, 'waiting_for_ci'::text, 'waiting_for_review'::text, 'judging'::text, 'completed'::text, 'needs_iteration'::text, 'needs_human'::text, 'superseded'::text, 'closed'::text]))),
  constraint runs_parent_run_id_fkey FOREIGN KEY (parent_run_id) REFERENCES runs(id)
);
CREATE INDEX runs_branch ON public.runs USING btree (repository_key, branch);
CREATE INDEX runs_commit ON public.runs USING btree (commit_sha text_pattern_ops) WHERE (commit_sha IS NOT NULL);
CREATE INDEX runs_decided ON public.runs USING btree (decided_at DESC) WHERE (decided_at IS NOT NULL);
CREATE INDEX runs_delivery ON public.runs USING btree (delivery_id) WHERE (delivery_id IS NOT NULL);
CREATE INDEX runs_due ON public.runs USING btree (due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX runs_issue ON public.runs USING btree (repository_key, issue_number, attempt);
CREATE INDEX runs_notified_branch ON public.runs USING btree (repository_key, branch) WHERE ((status = 'notified'::text) AND (workflow_uid IS NULL));
CREATE INDEX runs_notified_name ON public.runs USING btree (workflow_name) WHERE ((status = 'notified'::text) AND (workflow_uid IS NULL));
CREATE INDEX runs_parent ON public.runs USING btree (parent_run_id) WHERE (parent_run_id IS NOT NULL);
CREATE INDEX runs_pull ON public.runs USING btree (repository_key, pr_number);
CREATE INDEX runs_reason_recent ON public.runs USING btree (reason, created_at DESC, id DESC) WHERE (reason IS NOT NULL);
CREATE INDEX runs_recent ON public.runs USING btree (created_at DESC, id DESC);
CREATE INDEX runs_reported_commit ON public.runs USING btree (reported_commit text_pattern_ops) WHERE ((commit_sha IS NULL) AND (reported_commit IS NOT NULL));
CREATE INDEX runs_repository_decided ON public.runs USING btree (repository_key, decided_at DESC) WHERE (decided_at IS NOT NULL);
CREATE INDEX runs_repository_recent ON public.runs USING btree (repository_key, created_at DESC, id DESC);
CREATE INDEX runs_status_recent ON public.runs USING btree (status, created_at DESC, id DESC);
CREATE INDEX runs_waiting ON public.runs USING btree (status, status_since) WHERE (status = ANY (ARRAY['notified'::text, 'run_complete'::text, 'waiting_for_ci'::text, 'waiting_for_review'::text, 'judging'::text, 'needs_human'::text]));
CREATE INDEX runs_workflow_name ON public.runs USING btree (workflow_name, workflow_namespace);
comment on table runs is 'One row per run. correlate creates it and merges messages into it; engine/commit changes its status. version counts commits, nudges counts signals that may change a decision.';
comment on column runs.started_at is 'Reported by Argo, like finished_at: when the workflow ran.';
comment on column runs.completed_at is 'When the completion was recorded; null while the run is only notified.';
comment on column runs.unreadable_since is 'Since when each source cannot be read; the patience of the policy starts then.';
comment on column runs.faults is 'How many reconciliations have failed since the last one that was committed: equal_faults of them in a row with the same message, fault. Written by engine/schedule, reset by engine/commit.';
comment on column runs.reconsider_at is 'Since when an ended run must be compared with GitHub again: its pull request or issue was closed, merged or opened again. Written by correlate and engine/commit.';
comment on column runs.attempt_record is 'What later attempts compare themselves with: why the run ended, a digest of its changed lines, and the requirements, threads and checks that it had satisfied. Null: nothing was decided, or an older release decided. Written by engine/commit.';
comment on column runs.uptake is 'What became of each instruction that the run was given. Null: it was given none, or an older release decided. Written by engine/commit.';
comment on column runs.unconfirmed is 'A completion was reported, and Argo has not answered about it yet: the run is not judged and supersedes no other. Written by correlate.';

create table spend (
  id uuid not null,
  run_id uuid not null,
  repository_key text not null,
  issue_number integer not null,
  model text not null,
  reserved_usd numeric(12,6) not null,
  settled_usd numeric(12,6),
  day date not null default ((now() AT TIME ZONE 'utc'::text))::date,
  at timestamp with time zone not null default now(),
  effect_id uuid,
  kind text not null default 'judge'::text,
  constraint spend_pkey PRIMARY KEY (id),
  constraint spend_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id)
);
CREATE INDEX spend_day ON public.spend USING btree (repository_key, day);
CREATE INDEX spend_issue ON public.spend USING btree (repository_key, issue_number);
CREATE INDEX spend_run ON public.spend USING btree (run_id);
CREATE UNIQUE INDEX spend_agent ON public.spend USING btree (run_id) WHERE (kind = 'agent'::text);
comment on table spend is 'What runs cost. kind judge: a call of a model, reserved at the worst case before it and settled after it; one with an unknown result counts at its worst case. Written by effects. kind agent: what the tokens of the run''s agent cost, once a run. Written by engine/commit.';

create table verdict_labels (
  verdict_id uuid not null,
  run_id uuid not null,
  agrees boolean not null,
  note text,
  by_actor text not null,
  at timestamp with time zone not null default now(),
  constraint verdict_labels_pkey PRIMARY KEY (verdict_id),
  constraint verdict_labels_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id)
);
CREATE INDEX verdict_labels_run ON public.verdict_labels USING btree (run_id);
comment on table verdict_labels is 'What people said about verdicts, the last word for each. Written by history/operate.';

create table verdicts (
  id uuid not null,
  run_id uuid not null,
  effect_id uuid,
  model text not null,
  commit_sha text not null,
  diff_digest text not null,
  issue_digest text not null,
  prompt_digest text not null,
  prompt_version text not null,
  result text not null,
  answer jsonb,
  fault text,
  raw text,
  input_tokens integer not null default 0,
  cached_input_tokens integer not null default 0,
  output_tokens integer not null default 0,
  cost_usd numeric(12,6) not null default 0,
  took_ms integer,
  discounted_at timestamp with time zone,
  at timestamp with time zone not null default now(),
  reused_from uuid,
  reusable boolean not null default true,
  constraint verdicts_pkey PRIMARY KEY (id),
  constraint verdicts_result_check CHECK ((result = ANY (ARRAY['valid'::text, 'invalid'::text, 'unavailable'::text, 'budget'::text]))),
  constraint verdicts_effect_id_fkey FOREIGN KEY (effect_id) REFERENCES effects(id),
  constraint verdicts_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id)
);
CREATE INDEX verdicts_at ON public.verdicts USING btree (at);
CREATE INDEX verdicts_effect ON public.verdicts USING btree (effect_id);
CREATE INDEX verdicts_prompt ON public.verdicts USING btree (prompt_digest);
CREATE INDEX verdicts_run ON public.verdicts USING btree (run_id, at);
comment on table verdicts is 'One row per answer of a model, or for its absence. discounted_at: a person asked for a new judgement, so this one no longer counts. Written by effects.';
comment on column verdicts.reused_from is 'The verdict whose answer this is, if the question had been answered before. Without a foreign key, because retention may remove that one first.';
comment on column verdicts.reusable is 'False once a person wanted the question to be asked again.';

create table waivers (
  repository_key text not null,
  issue_number integer not null,
  finding_id text not null,
  gate text not null,
  by_actor text not null,
  run_id uuid not null,
  at timestamp with time zone not null default now(),
  constraint waivers_pkey PRIMARY KEY (repository_key, issue_number, finding_id),
  constraint waivers_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id)
);
CREATE INDEX waivers_run ON public.waivers USING btree (run_id);
comment on table waivers is 'Findings of the gates secrets and tests that a person accepted by answering the question about them. Written by engine/operate.';
