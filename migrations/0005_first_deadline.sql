-- Up Migration

-- Every open run has a deadline, also in the moment between its message and its first look, which sets the one of its wait.
alter table runs alter column deadline_at set default now() + interval '1 hour';
