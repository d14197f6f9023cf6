import { sql } from 'kysely'
import { openStatuses } from '../run/lifecycle.ts'

/**
 * When a run is due after a signal that cannot be the last of its wait: within 15 s, or within 5 %
 * of a shorter wait, so that a burst of signals makes one reconciliation.
 */
const coalescedDueAt = sql`now() + least(
               interval '15 seconds',
               0.05 * greatest(coalesce(deadline_at, now()) - status_since, interval '0'))`

const isOpen = sql`status in (${sql.join(openStatuses.map((status) => sql.lit(status)))})`
const isReconsidered = sql`(status = 'needs_human'
      or (status = 'closed' and reason in ('pull_request_closed', 'issue_closed'))
      or (status = 'needs_iteration' and exists (
        select from effects
         where run_id = runs.id and kind = 'dispatch' and settled_at is null)))`

/**
 * The CTEs that nudge every open run which a message in the CTE `stored` names by its commit,
 * branch, pull request or issue; `nudged` holds those runs and whether a signal was decisive. A
 * message that says what people closed or opened again also nudges ended runs that depend on it:
 * those that wait for a person or for their next attempt, and those that were closed by it.
 *
 * The nudge counter moves once for every message whose signal the run waits for, so that noise
 * cannot keep a decision from being committed. A decisive signal, one that may be the last of a
 * wait, makes the run due at once. Runs are locked in the order of their ids, like everywhere.
 */
export const nudgeRuns = sql`named as materialized (
      -- One index for each way to name a run; the union counts a message once for each run.
      select stored.inbox_id, runs.id as run
        from stored, unnest(commits) as name join runs on commit_sha = name
       where repository_key = stored.repository
      union
      select stored.inbox_id, runs.id
        from stored, unnest(branches) as name join runs on branch = name
       where repository_key = stored.repository
      union
      select stored.inbox_id, runs.id
        from stored, unnest(pulls) as name join runs on pr_number = name
       where repository_key = stored.repository
      union
      select stored.inbox_id, runs.id
        from stored, unnest(issues) as name join runs on issue_number = name
       where repository_key = stored.repository
    ), signalled as materialized (
      select run, array_agg(signal) as signals, bool_or(decisive) as decisive,
             bool_or(reconsiders) as reconsiders
        from named join stored using (inbox_id) group by run
    ), locked_runs as (
      select id from runs
       where id in (select run from signalled)
         and (${isOpen} or (${isReconsidered} and exists (
               select from signalled where run = runs.id and reconsiders)))
       order by id
       for update
    ), nudged as (
      update runs
         set nudges = nudges + (
               select count(*) from unnest(signalled.signals) as signal
                where waiting_for = '[]'::jsonb
                   or exists (
                     select from jsonb_array_elements(waiting_for) as wait
                      where wait->'wouldChange' ? signal)),
             -- Polls double their distance from the last signal on, not from the start of the wait.
             looks = case when signalled.decisive then 0 else looks end,
             reconsider_at = case when ${isOpen} then reconsider_at else now() end,
             due_at = least(due_at, case
               when signalled.decisive then now()
               else ${coalescedDueAt} end)
        from signalled
       where signalled.run = runs.id and runs.id in (select id from locked_runs)
      returning runs.id, signalled.decisive
    )`
