-- Up Migration

-- When a push had happened at the latest, by GitHub's clock or that of the transport, however late its webhook is. Null: nothing proves it,
-- so that its arrival (pushed_at) counts. An older release that still runs writes pushed_at alone.
alter table heads add column proven_at timestamptz;
comment on table heads is 'Every commit a branch was seen to point at, by webhook (pushed_at: when the first one arrived, proven_at: by when the push had happened) or reading. last_seen_at: when it was known to be the head. replaced_at: another head was seen after it. Written by correlate and engine/commit.';

-- When a webhook said that something which an ended run depends on was closed or opened again on GitHub, until the run was reconciled with it.
alter table runs add column reconsider_at timestamptz;
comment on column runs.reconsider_at is 'Since when an ended run must be compared with GitHub again: its pull request or issue was closed, merged or opened again. Written by correlate and engine/commit.';

-- The strategy with which a person shut the workflow down in Argo (Stop or Terminate); null: no one did, or an older release recorded it.
alter table runs add column shutdown text;
