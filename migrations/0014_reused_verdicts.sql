-- Up Migration

-- The same question is not paid for twice: an answer may be taken from an earlier run of the issue.

alter table verdicts add column reused_from uuid;
alter table verdicts add column reusable boolean not null default true;

comment on column verdicts.reused_from is 'The verdict whose answer this is, if the question had been answered before. Without a foreign key, because retention may remove that one first.';
comment on column verdicts.reusable is 'False once a person wanted the question to be asked again.';
