-- Up Migration

-- Plain comments for all tables. A writer is named by its folder, because files are renamed more often.
comment on table agent_messages is 'Messages of agents, one row per message; key is its subject and ID, or its place in the run''s events artifact. seq is assigned under one lock, so that a reader misses none. Written by correlate.';
comment on table artifacts is 'The result of reading each artifact of a run. Written by engine/commit.';
comment on table blobs is 'Texts by their SHA-256 (diffs, prompts, issue texts), so that the basis of a decision can be read again exactly. Written by engine/commit.';
comment on table chores is 'Periodic tasks that run on one replica at a time: when each last began, and until when it may be running. Written by engine/schedule.';
comment on table decisions is 'One row per decision. A later decision, by a person, is added and replaces none. Written by engine/commit.';
comment on table deliveries is 'One row per identity of a message, by which duplicates are recognised. Kept longer than the inbox. Written by correlate.';
comment on table effect_tries is 'Every try of an effect, committed before its request is sent. A row without ended_at got no answer. Written by effects.';
comment on table effects is 'Planned actions on external systems and their results. Inserted by engine/commit with the decision; settled by effects. unknown: a try got no answer, so its result is looked up before the next one. object is the external object that the effect sets (its key, except for commit statuses): only the newest effect of an object is performed.';
comment on table escalations is 'Questions to people, with what happens by when if there is no answer. Written by engine/commit.';
comment on table facts is 'Observed facts: when each was first observed, and for which commit. Written by engine/commit.';
comment on table gate_results is 'The latest result of each gate of a run. Written by engine/commit.';
comment on table heads is 'Every commit that was observed as the head of a branch, by webhook (pushed_at) or reading. replaced_at: when a later head was observed. Written by correlate and engine/commit.';
comment on table idempotency is 'First answers to operator requests with an Idempotency-Key, kept for 24 hours. Written by history/operate.';
comment on table inbox is 'Every message, byte for byte, with its outcome. headers never contain credentials. Written by ingest and correlate.';
comment on table issues is 'One row per issue (repository_key is the lower-case name): its frozen text, granted attempts and the highest assigned attempt number. Written by correlate and engine/commit, under the lock of the issue.';
comment on table memories is 'Memories of runs: ten per decided run, by (run, kind), and those posted to the API. Written by effects and history.';
comment on table ordinals is 'Attempt numbers assigned to runs and dispatches, each only once. Written by correlate and engine/commit, under the lock of the issue.';
comment on table pauses is 'Repositories for which nothing is dispatched and no model is called; a null repository means all. Written by history/operate.';
comment on table run_events is 'Append-only history: what each run became, why, and what caused it (inbox ID, effect ID, person or timer). seq is assigned under one lock, so that a reader sees no gap. Written by correlate and engine/commit.';
comment on table runs is 'One row per run. correlate creates it and merges messages into it; engine/commit changes its status. version counts commits, nudges counts signals that may change a decision.';
comment on column runs.started_at is 'Reported by Argo, like finished_at: when the workflow ran.';
comment on column runs.completed_at is 'When the completion was recorded; null while the run is only notified.';
comment on column runs.unreadable_since is 'Since when each source cannot be read; the patience of the policy starts then.';
comment on table spend is 'The cost of model calls: reserved at the worst case before a call and settled after it. A call with an unknown result counts at its worst case. Written by effects.';
comment on table verdicts is 'One row per answer of a model, or for its absence. discounted_at: a person asked for a new judgement, so this one no longer counts. Written by effects.';
