-- Up Migration

-- Decided runs in order of time, so that a period is read from an index, however many runs there are.
create index runs_decided on runs (decided_at desc) where decided_at is not null;
create index runs_repository_decided on runs (repository_key, decided_at desc) where decided_at is not null;
create index escalations_answered on escalations (answered_at desc) where state = 'answered';
