-- Up Migration

create sequence agent_messages_seq;

create table agent_messages (
  seq bigint primary key,
  key text not null unique,
  source text not null check (source in ('nats', 'artifact')),
  run_id text,
  workflow_uid text,
  workflow_name text,
  workflow_namespace text,
  channel text,
  agent_id text,
  step_id text,
  stage text,
  kind text not null,
  role text,
  content text not null,
  attrs jsonb not null default '{}',
  status text,
  exit_code integer,
  said_at timestamptz,
  received_at timestamptz not null default now()
);
comment on table agent_messages is 'What agents said, each message once (key is its subject and id, or its place in the run''s events artifact); seq is given out under one lock, so that a reader misses none. Written by correlate/record-agent-messages only.';
create index agent_messages_run on agent_messages (run_id, seq) where run_id is not null;
create index agent_messages_workflow on agent_messages (workflow_uid, seq) where workflow_uid is not null;
create index agent_messages_channel on agent_messages (channel, seq) where channel is not null;
create index agent_messages_received on agent_messages (received_at);
