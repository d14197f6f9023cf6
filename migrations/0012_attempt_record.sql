-- Up Migration

-- What later attempts of the issue must know of this one. An older release that still runs writes none; later attempts then compare diff_digest alone.
alter table runs add column attempt_record jsonb;
comment on column runs.attempt_record is 'What later attempts compare themselves with: why the run ended, a digest of its changed lines, and the requirements, threads and checks that it had satisfied. Null: nothing was decided, or an older release decided. Written by engine/commit.';
