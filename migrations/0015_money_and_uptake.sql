-- Up Migration

-- The agent's own tokens are money, too: one row a run, beside those of the calls of models. An older release that still runs adds them up like any other.
alter table spend add column kind text not null default 'judge';
create unique index spend_agent on spend (run_id) where kind = 'agent';
create index spend_issue on spend (repository_key, issue_number);
comment on table spend is 'What runs cost. kind judge: a call of a model, reserved at the worst case before it and settled after it; one with an unknown result counts at its worst case. Written by effects. kind agent: what the tokens of the run''s agent cost, once a run. Written by engine/commit.';

-- What people added to the budget of an issue, and what its labels raise it to (null: nothing).
alter table issues
  add column granted_usd numeric(12, 6) not null default 0,
  add column raised_usd numeric(12, 6);
comment on column issues.raised_usd is 'The largest amount of budget.labels among the labels that someone with triage rights had set when the issue was read last. Written by engine/commit.';

-- What the agent's stream reported for each thread, which goes on counting when a later run resumes it: [{threadId, usage}]. Null: nothing was counted yet, or by an older release.
alter table runs
  add column agent_threads jsonb,
  add column uptake jsonb;
comment on column runs.uptake is 'What became of each instruction that the run was given. Null: it was given none, or an older release decided. Written by engine/commit.';
