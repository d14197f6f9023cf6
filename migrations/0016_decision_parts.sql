-- Up Migration

-- What each decision was made from, by digest; the texts are in blobs. An older release that still runs stores none, and its decisions are shown as they were recorded.
create table decision_parts (
  decision_id uuid not null references decisions (id) on delete cascade,
  run_id uuid not null references runs (id),
  name text not null,
  digest text not null,
  at timestamptz not null default now(),
  primary key (decision_id, name)
);
create index decision_parts_run on decision_parts (run_id);
create index decision_parts_digest on decision_parts (digest);
create index decision_parts_at on decision_parts (at);
comment on table decision_parts is 'The parts of a receipt: what each decision was made from, by the digests of texts in blobs. Written by engine/commit.';
