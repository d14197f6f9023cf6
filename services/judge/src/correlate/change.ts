import { type Kysely, sql, type Transaction } from 'kysely'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { newId } from '../lib/ids.ts'
import type { GithubChanged } from '../run/event.ts'
import { firstOf } from './inbox.ts'
import type { Incoming, Recorded } from './incoming.ts'

/**
 * When noise makes a run look again: signals that cannot be the last coalesce to one look in 15 s,
 * or in 5 % of a shorter wait.
 */
export const coalesced = sql`now() + least(interval '15 seconds', 0.05 * greatest(coalesce(deadline_at, now()) - status_since, interval '0'))`

/**
 * Records a webhook in one statement: its identity, its bytes, where a branch now points, and a
 * nudge for every open run it may be about. A webhook never decides; the run it nudges reads what
 * is true from the API.
 *
 * The nudge counter moves only for a signal the run waits for, so that noise cannot keep a decision
 * from being committed, and the next look comes at once only where this may be the last signal of a
 * wait: others share one look within 15 s, or 5 % of the wait if that is shorter.
 */
export async function recordChange(
  db: Kysely<DB> | Transaction<DB>,
  incoming: Incoming,
  change: GithubChanged,
): Promise<{ readonly recorded: Recorded; readonly nudged: readonly string[] }> {
  const inboxId = newId()
  const keys = [...new Set(incoming.keys)].sort()
  const repository = change.repository.toLowerCase()
  const { about, push } = change
  const { rows } = await sql<{ fresh: number; nudged: string[] | null }>`
    with claimed as (
      insert into deliveries (key, inbox_id, outcome)
      select key, ${inboxId}::uuid, 'recorded' from unnest(${keys}::text[]) as key order by key
      on conflict (key) do nothing
      returning key
    ), kept as (
      insert into inbox (id, source, transport, state, because, headers, body)
      select ${inboxId}::uuid, ${incoming.source}, ${incoming.transport}, 'applied', ${incoming.because},
             ${JSON.stringify(incoming.headers)}::jsonb, ${Buffer.from(incoming.body)}::bytea
       where (select count(*) from claimed) = ${keys.length}
      returning id
    ), news as (
      -- Webhooks may overtake each other: one that names a head we saw replaced is believed only where it says that it comes
      -- right after the head we know. It is old otherwise, and teaches nothing.
      select from kept
       where ${push !== null}
         and not exists (
           select from heads
            where repository_key = ${repository} and branch = ${push?.branch ?? ''} and sha = ${push?.after ?? ''}
              and replaced_at is not null
              and not exists (
                select from heads as newest
                 where newest.repository_key = heads.repository_key and newest.branch = heads.branch
                   and newest.replaced_at is null and newest.sha = ${push?.before ?? ''}))
    ), replaced as (
      update heads set replaced_at = now()
       where repository_key = ${repository} and branch = ${push?.branch ?? ''}
         and sha <> ${push?.after ?? ''} and replaced_at is null and exists (select from news)
    ), pushed as (
      insert into heads (repository_key, branch, sha, pushed_at, forced)
      select ${repository}, ${push?.branch ?? ''}, ${push?.after ?? ''}, now(), ${push?.forced ?? false}
       where exists (select from news)
      -- A push announces itself twice (push, synchronize), and only the first says that it was forced.
      on conflict (repository_key, branch, sha) do update
         set pushed_at = now(), last_seen_at = now(), replaced_at = null, forced = heads.forced or excluded.forced
    ), touched as (
      select id from runs
       where exists (select from kept)
         and repository_key = ${repository}
         and status in ('notified', 'run_complete', 'waiting_for_ci', 'waiting_for_review', 'judging')
         and (commit_sha = any(${about.commits}::text[]) or branch = any(${about.branches}::text[])
              or pr_number = any(${about.pullRequests}::int[]) or issue_number = any(${about.issues}::int[]))
       order by id
       for update
    ), nudged as (
      update runs
         set nudges = nudges + case
               when waiting_for = '[]'::jsonb then 1
               when exists (select from jsonb_array_elements(waiting_for) as wait where wait->'wouldChange' ? ${change.signal}) then 1
               else 0 end,
             -- Looks double their distance from the last signal on, not from the beginning of the wait.
             looks = case when ${change.decisive} then 0 else looks end,
             due_at = least(due_at, case
               when ${change.decisive} then now()
               else ${coalesced} end)
       where id in (select id from touched)
      returning id
    )
    select (select count(*)::int from claimed) as fresh, (select array_agg(id) from nudged) as nudged`.execute(
    db,
  )

  if (rows[0]?.fresh === keys.length) {
    return {
      recorded: { inboxId, duplicate: false, outcome: 'recorded', runId: null },
      nudged: change.decisive ? (rows[0].nudged ?? []) : [],
    }
  }
  const first = await firstOf(db, keys, inboxId)
  return {
    recorded: { inboxId: first.inbox_id, duplicate: true, outcome: 'recorded', runId: null },
    nudged: [],
  }
}
