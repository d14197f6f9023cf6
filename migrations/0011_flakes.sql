-- Up Migration

-- Checks that failed and then passed on one commit: nothing but chance lay in between. An older release that still runs records none.
create table flakes (
  repository_key text not null,
  repository text not null,
  app text not null,
  workflow text not null,
  event text not null,
  name text not null,
  commit_sha text not null,
  seen_at timestamptz not null default now(),
  primary key (repository_key, app, workflow, event, name, commit_sha)
);
create index flakes_seen on flakes (seen_at);
comment on table flakes is 'Checks that failed and then passed on one commit, once a commit. workflow and event are empty for checks that are no job of GitHub Actions. Written by engine/commit.';
