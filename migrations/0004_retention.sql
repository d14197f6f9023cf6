-- Up Migration

-- What retention looks for by age, and what points to what it takes away: without these every batch would read whole tables.
create index facts_observed on facts (observed_at);
create index facts_text on facts ((value ->> 'textDigest')) where value ? 'textDigest';
create index gate_results_at on gate_results (at);
create index verdicts_at on verdicts (at);
create index verdicts_prompt on verdicts (prompt_digest);
create index verdicts_effect on verdicts (effect_id);
create index memories_created on memories (created_at);
create index blobs_created on blobs (created_at);
create index runs_parent on runs (parent_run_id) where parent_run_id is not null;
create index inbox_run on inbox (run_id) where run_id is not null;
create index ordinals_run on ordinals (run_id) where run_id is not null;
create index escalations_run on escalations (run_id);
