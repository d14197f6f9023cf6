-- Up Migration

-- A completion that a message reports counts once Argo, where it is configured, has answered about it. An older release that still runs records completions that count at once, as before.
alter table runs add column unconfirmed boolean not null default false;
comment on column runs.unconfirmed is 'A completion was reported, and Argo has not answered about it yet: the run is not judged and supersedes no other. Written by correlate.';
comment on table facts is 'Observed facts: when each was first observed, and for which commit. Written by engine/commit; what Argo answered about a completion, by correlate.';
