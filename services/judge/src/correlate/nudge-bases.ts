import { sql } from 'kysely'

/**
 * The CTE that lets one of the runs which wait for the repair of a base branch look at it soon:
 * after a push to it, or after a check of it ended. The signals of a busy branch share one look in
 * 15 seconds. Without them a run looks once a minute.
 *
 * It waits for `nudged`, because runs are locked before escalations everywhere.
 */
export const nudgeBases = sql`nudged_bases as (
      update escalations
         set probe_at = least(probe_at, greatest(now(), probed_at + interval '15 seconds')),
             due_at = least(due_at, greatest(now(), probed_at + interval '15 seconds'))
       where state = 'open' and group_key is not null and probe_at is not null
         and group_key = any(array(
               select 'base_broken:' || stored.repository || ':' || branch || mode.suffix
                 from stored, unnest(branches) as branch, (values (''), (':observe')) as mode(suffix)
                where stored.decisive and stored.signal in ('ci', 'head')))
         and (select count(*) from nudged) >= 0
    )`
