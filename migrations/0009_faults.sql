-- Up Migration

-- How often the reconciliation of a run has failed since it last succeeded. It is counted here because any replica may make the next
-- one. An older release that still runs counts nothing and resets nothing: a run then has more tries, or fewer, before a person is asked.
alter table runs
  add column fault text,
  add column faults integer not null default 0,
  add column equal_faults integer not null default 0;
comment on column runs.faults is 'How many reconciliations have failed since the last one that was committed: equal_faults of them in a row with the same message, fault. Written by engine/schedule, reset by engine/commit.';

-- The question that a reservation belongs to: one whose answer is still awaited is not settled as lost.
alter table spend add column effect_id uuid;
