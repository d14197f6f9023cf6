import { type RawBuilder, sql } from 'kysely'
import type { GithubChanged } from '../run/event.ts'

/**
 * The CTEs that record where a branch points now, if the push's message is in the CTE `stored`.
 *
 * Webhooks may overtake each other: one that names a head which was already replaced is believed
 * only if it names the current head as the one before it. Otherwise it is old and changes nothing.
 */
export function moveHead(
  repositoryKey: string,
  { branch, before, after, forced }: NonNullable<GithubChanged['push']>,
): RawBuilder<unknown> {
  return sql`news as (
      select from stored
       where not exists (
         select from heads
          where repository_key = ${repositoryKey} and branch = ${branch} and sha = ${after}
            and replaced_at is not null
            and not exists (
              select from heads as newest
               where newest.repository_key = heads.repository_key and newest.branch = heads.branch
                 and newest.replaced_at is null and newest.sha = ${before ?? ''}))
    ), replaced as (
      update heads set replaced_at = now()
       where repository_key = ${repositoryKey} and branch = ${branch}
         and sha <> ${after} and replaced_at is null and exists (select from news)
    ), pushed as (
      insert into heads (repository_key, branch, sha, pushed_at, forced)
      select ${repositoryKey}, ${branch}, ${after}, now(), ${forced}::boolean
       where exists (select from news)
      -- A push is announced twice (push, synchronize), and only the first says that it was forced.
      on conflict (repository_key, branch, sha) do update
         set pushed_at = now(), last_seen_at = now(), replaced_at = null,
             forced = heads.forced or excluded.forced
    )`
}
