import { type Kysely, sql } from 'kysely'
import type { DB } from './types.generated.ts'

/** A check that failed by chance, over all commits on which it did. */
export interface FlakeRow {
  readonly repository: string
  readonly app: string
  /** Empty, like the event, if the check is no job of GitHub Actions. */
  readonly workflow: string
  readonly event: string
  readonly name: string
  readonly commits: number
  readonly firstSeenAt: Date
  readonly lastSeenAt: Date
  /** The newest of these commits. */
  readonly newest: readonly string[]
}

/** The commits that are listed of each check. */
const MAX_COMMITS = 20

/** The checks of a repository that failed by chance, the most frequent first. */
export async function listFlakes(
  db: Kysely<DB>,
  { repository, limit }: { readonly repository: string | null; readonly limit: number },
): Promise<readonly FlakeRow[]> {
  const seenAt = sql.ref('seen_at')
  return db
    .selectFrom('flakes')
    .select(['app', 'workflow', 'event', 'name'])
    .select([
      sql<string>`(array_agg(repository order by ${seenAt} desc))[1]`.as('repository'),
      sql<number>`count(*)::int`.as('commits'),
      sql<Date>`min(seen_at)`.as('firstSeenAt'),
      sql<Date>`max(seen_at)`.as('lastSeenAt'),
      sql<
        string[]
      >`(array_agg(commit_sha order by ${seenAt} desc, commit_sha))[1:${sql.lit(MAX_COMMITS)}]`.as(
        'newest',
      ),
    ])
    .$if(repository !== null, (query) =>
      query.where('repository_key', '=', repository?.toLowerCase() ?? ''),
    )
    .groupBy(['repository_key', 'app', 'workflow', 'event', 'name'])
    .orderBy('commits', 'desc')
    .orderBy('lastSeenAt', 'desc')
    .orderBy('repository_key')
    .orderBy('name')
    .orderBy('workflow')
    .orderBy('event')
    .orderBy('app')
    .limit(limit)
    .execute()
}
