-- Up Migration

-- Decided runs in order of time, so that a period is read from an index, however many runs there are.
create index runs_decided on runs (decided_at desc) where decided_at is not null;
create index runs_repository_decided on runs (repository_key, decided_at desc) where decided_at is not null;
create index escalations_answered on escalations (answered_at desc) where state = 'answered';

-- A question is asked on the pull request, too, in one comment. An older release that still runs leaves such an effect out; the next question is asked again by this one.
alter table effects drop constraint effects_kind_check;
alter table effects add constraint effects_kind_check check (kind in ('ask', 'dispatch', 'discord', 'status', 'remember', 'requestReview', 'rerunChecks', 'comment')) not valid;

-- When the comments of the run's pull request are looked through for an answer next; null: they are not.
alter table escalation_runs add column comments_at timestamptz;
create index escalation_runs_comments on escalation_runs (comments_at) where comments_at is not null and left_at is null;

create table comment_commands (
  repository_key text not null,
  comment_id bigint not null,
  escalation_id uuid not null references escalations (id) on delete cascade,
  login text not null,
  outcome text not null,
  at timestamptz not null default now(),
  primary key (repository_key, comment_id)
);
create index comment_commands_escalation on comment_commands (escalation_id);
comment on table comment_commands is 'Comments on pull requests that tried to answer a question, and what came of each; a comment counts once. Written by engine/escalations.';
