import { type RawBuilder, sql } from 'kysely'
import { toIsoOrNull } from '../lib/instant.ts'
import type { GithubChanged } from '../run/event.ts'

/**
 * The CTEs that record where a branch points now, if the push's message is in the CTE `stored`.
 *
 * Webhooks may overtake each other: one that names a head which was already replaced is believed
 * only if it names the current head as the one before it. Otherwise it is old and changes nothing.
 *
 * Webhooks may be hours late, too. So what is stored of a push is the moment by which it is proven
 * (`proven_at`), never later than now, and its head counts as seen then. Where the message proves
 * nothing, that is the arrival. A proof that is older than the push of the head before it is a
 * stale copy of that one's, and proves nothing.
 */
export function moveHead(
  repositoryKey: string,
  { branch, before, after, forced, provenAt }: NonNullable<GithubChanged['push']>,
): RawBuilder<unknown> {
  const previous = before === after ? null : before
  const proof = sql`(select proof from (values (${toIsoOrNull(provenAt)}::timestamptz)) as own (proof)
    where not exists (
      select from heads
       where repository_key = ${repositoryKey} and branch = ${branch}
         and sha = ${previous ?? ''} and proven_at > proof))`
  return sql`news as (
      select least(${proof}, now()) as seen_at, ${proof} is not null as is_proven
        from stored
       where not exists (
         select from heads
          where repository_key = ${repositoryKey} and branch = ${branch} and sha = ${after}
            and replaced_at is not null
            and not exists (
              select from heads as newest
               where newest.repository_key = heads.repository_key and newest.branch = heads.branch
                 and newest.replaced_at is null and newest.sha = ${previous ?? ''}))
    ), replaced as (
      update heads
         set replaced_at = now(),
             -- Until this push it was the head, however late we heard of that, or GitHub's API.
             last_seen_at = case when sha = ${previous ?? ''} and is_proven
               then least(last_seen_at, seen_at) else last_seen_at end
        from news
       where repository_key = ${repositoryKey} and branch = ${branch}
         and sha <> ${after} and replaced_at is null
    ), predecessor as (
      insert into heads (repository_key, branch, sha, last_seen_at, replaced_at)
      select ${repositoryKey}, ${branch}, ${previous}::text, seen_at, now()
        from news where ${previous}::text is not null
      on conflict (repository_key, branch, sha) do nothing
    ), pushed as (
      insert into heads (repository_key, branch, sha, pushed_at, proven_at, last_seen_at, forced)
      select ${repositoryKey}, ${branch}, ${after}, now(),
             case when is_proven then seen_at end, seen_at, ${forced}::boolean
        from news
      -- A push is announced twice (push, synchronize), and only the first says that it was forced.
      -- The earlier time is closer to it, unless another head came in between: that is a new push.
      on conflict (repository_key, branch, sha) do update
         set pushed_at = case when ${wasPushedAgain} then excluded.pushed_at
               else least(heads.pushed_at, excluded.pushed_at) end,
             proven_at = case when ${wasPushedAgain} then excluded.proven_at
               else least(heads.proven_at, excluded.proven_at) end,
             last_seen_at = greatest(heads.last_seen_at, excluded.last_seen_at),
             replaced_at = null,
             forced = heads.forced or excluded.forced
    )`
}

const wasPushedAgain = sql`exists (
  select from heads as other
   where other.repository_key = heads.repository_key and other.branch = heads.branch
     and other.sha <> heads.sha
     and other.last_seen_at > coalesce(heads.proven_at, heads.pushed_at))`
