-- Up Migration

-- Whether a completion was announced by a notify is asked for every completion, and hardly ever true. Two indexes that are as good as
-- empty answer it at once; the general ones would walk through all runs of a repository while PostgreSQL knows no statistics yet.
create index runs_notified_name on runs (workflow_name) where status = 'notified' and workflow_uid is null;
create index runs_notified_branch on runs (repository_key, branch) where status = 'notified' and workflow_uid is null;
