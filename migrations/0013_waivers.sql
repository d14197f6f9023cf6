-- Up Migration

-- What a person accepted refuses no later attempt of the issue. An older release that still runs neither writes nor reads these.
create table waivers (
  repository_key text not null,
  issue_number integer not null,
  finding_id text not null,
  gate text not null,
  by_actor text not null,
  run_id uuid not null references runs (id),
  at timestamptz not null default now(),
  primary key (repository_key, issue_number, finding_id)
);
create index waivers_run on waivers (run_id);
comment on table waivers is 'Findings of the gates secrets and tests that a person accepted by answering the question about them. Written by engine/operate.';

-- Two halves of chance that never leave the database: a digest of a secret cannot be tried out elsewhere.
create table digest_keys (
  name text primary key,
  key text not null,
  created_at timestamptz not null default now()
);
insert into digest_keys (name, key)
values ('secrets', gen_random_uuid()::text || gen_random_uuid()::text);
comment on table digest_keys is 'The key of the digests by which a secret that a change adds is recognised. Written by its migration, and never changed.';
