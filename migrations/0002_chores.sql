-- Up Migration

create table chores (
  name text primary key,
  began_at timestamptz not null,
  busy_until timestamptz
);
comment on table chores is 'What one replica at a time does for all, now and then: when it was last begun, and until when whoever began it may be at it. Written by engine/chores only.';
